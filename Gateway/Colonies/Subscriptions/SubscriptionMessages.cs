using System.Net.WebSockets;
using Muster.Engine.Channels;
using Muster.Engine.Feeds;
using Muster.Gateway.Colonies.Channels;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Gateway.Colonies.Subscriptions;

/// <summary>What a client can subscribe to.</summary>
internal static class SubscriptionMessages
{
    /// <summary>The type of every event of processes, whatever was subscribed to.</summary>
    private const string Event = "subscribeprocessmsg";

    private const string ForProcess = "subscribeprocessmsg";
    private const string ForProcesses = "subscribeprocessesmsg";
    private const string ForChannel = "subscribechannelmsg";

    /// <summary>How long a channel is followed by who does not say how long.</summary>
    private static readonly TimeSpan ChannelTime = TimeSpan.FromSeconds(30);

    /// <summary>Nobody is subscribed for longer without asking again.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>Whether a message subscribes.</summary>
    public static bool Knows(string payloadType) => payloadType is ForProcess or ForProcesses or ForChannel;

    /// <summary>Runs a subscription until its time is over.</summary>
    /// <param name="call">What is subscribed to.</param>
    /// <param name="sink">Where the events go.</param>
    /// <param name="type">The kind of frames that the client sent.</param>
    public static async Task RunAsync(ColoniesCall call, EventSink sink, WebSocketMessageType type)
    {
        try
        {
            var wire = call.Read<SubscribeWire>();
            using var over = CancellationTokenSource.CreateLinkedTokenSource(sink.Stop);
            over.CancelAfter(wire.Timeout switch
            {
                0 when call.PayloadType == ForChannel => ChannelTime,
                <= 0 => TimeSpan.Zero,
                var seconds => TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds)),
            });
            await (call.PayloadType switch
            {
                ForProcess => OneAsync(call, wire, Send, over.Token),
                ForProcesses => ManyAsync(call, wire, Send, over.Token),
                _ => ChannelAsync(call, wire, entries => sink.SendAsync(Envelope.Reply(ForChannel, entries), type), sink.Stop, over.Token),
            }).ConfigureAwait(false);
        }
        catch (ColoniesException e)
        {
            await sink.SendAsync(Envelope.Error(e.Status, e.Message), type).ConfigureAwait(false);
            // The connection stays open for what comes next.
            await Task.Delay(Timeout.Infinite, sink.Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (OperationCanceledException)
        {
            // Its time is over, or the connection.
        }

        Task Send(ProcessWire process) => sink.SendAsync(Envelope.Reply(Event, process), type);
    }

    private static async Task ChannelAsync(
        ColoniesCall call, SubscribeWire wire, Func<IReadOnlyList<ChannelEntryWire>, Task> send, CancellationToken stop, CancellationToken over)
    {
        var found = await ChannelMessages.NeedPartyAsync(call, wire.ProcessId).ConfigureAwait(false);
        try
        {
            await foreach (var entries in new ChannelGate(call.Services.System).FollowAsync(found.Id, wire.Name, Math.Max(0, wire.AfterSeq), over).ConfigureAwait(false))
            {
                await send([.. entries.Select(ChannelEntryWire.Of)]).ConfigureAwait(false);
            }
        }
        catch (ChannelRefusedException e)
        {
            throw ChannelMessages.Refused(e.Problem, e.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Its time is over, as the empty list says.
        }

        await send([]).ConfigureAwait(false);
    }

    private static async Task OneAsync(ColoniesCall call, SubscribeWire wire, Func<ProcessWire, Task> send, CancellationToken over)
    {
        var status = StatusOf(wire.State);
        var found = await FoundProcess.NeedAsync(call, wire.ProcessId, missing: 403).ConfigureAwait(false);
        // First it subscribes, then it looks: nothing comes in between.
        using var subscription = await call.Services.Feed.SubscribeAsync(new TransitionFilter { Process = found.Id, Entering = status }, over).ConfigureAwait(false);
        var row = await call.Services.Store.Read.FindAsync(found.Id, over).ConfigureAwait(false);
        var seen = DateTimeOffset.MinValue;
        if (row is not null && ColonyStates.Of(row.Status) == ColonyStates.Of(status))
        {
            seen = row.UpdatedAt;
            await send((await call.Services.View.OfAsync([row], over).ConfigureAwait(false))[0]).ConfigureAwait(false);
        }

        await TellAsync(call, subscription, wire.State, seen, send, over).ConfigureAwait(false);
    }

    private static async Task ManyAsync(ColoniesCall call, SubscribeWire wire, Func<ProcessWire, Task> send, CancellationToken over)
    {
        var status = StatusOf(wire.State);
        // Old clients name no colony.
        var colony = wire.ColonyName.Length > 0 ? wire.ColonyName : call.Roles.NeedMemberships().FirstOrDefault(m => m.Executor is not null)?.Colony ?? "";
        if (call.Roles.NeedMember(colony).Executor is null)
        {
            throw new ColoniesException(403, "Access denied, only an executor may subscribe to the processes of a type.");
        }

        var filter = new TransitionFilter { Namespace = colony, Queue = SpecTranslation.QueueOf(wire.ExecutorType), Entering = status };
        using var subscription = await call.Services.Feed.SubscribeAsync(filter, over).ConfigureAwait(false);
        await TellAsync(call, subscription, wire.State, DateTimeOffset.MinValue, send, over).ConfigureAwait(false);
    }

    private static async Task TellAsync(
        ColoniesCall call, ProcessSubscription subscription, int state, DateTimeOffset seen, Func<ProcessWire, Task> send, CancellationToken over)
    {
        await foreach (var transition in subscription.Transitions.ReadAllAsync(over).ConfigureAwait(false))
        {
            if (transition.Event!.At.ToUnixTimeMilliseconds() > seen.ToUnixTimeMilliseconds()
                && await call.Services.View.FindAsync(transition.Process, over).ConfigureAwait(false) is { } process)
            {
                // By now it may be further on; what is told is that it came here.
                await send(process with { State = state }).ConfigureAwait(false);
            }
        }
    }

    private static ProcessStatus StatusOf(int state) => ColonyStates.Statuses(state)[^1];

    private sealed record SubscribeWire
    {
        public string ColonyName { get; init; } = "";

        public string ProcessId { get; init; } = "";

        public string ExecutorType { get; init; } = "";

        public int State { get; init; }

        public string Name { get; init; } = "";

        public long AfterSeq { get; init; }

        /// <summary>Seconds.</summary>
        public int Timeout { get; init; }
    }
}
