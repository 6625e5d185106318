using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Gateway.Polls;
using Muster.Messages.Processes;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>The question of an executor for work: a long poll that ends with one process, or with status 404.</summary>
internal static class AssignMessages
{
    /// <summary>A queue needs this long to come into memory and look; who does not want to wait waits as long.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(250);

    /// <summary>Nobody waits longer than this without asking again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public static void AddTo(MessageTable table) => table.On("assignprocessmsg", AssignAsync);

    private static async Task<ColoniesReply> AssignAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.Assign>();
        var member = call.Roles.NeedMember(wire.ColonyName);
        var executor = member.Executor ?? throw new ColoniesException(500, "Only an executor can be given a process; this is a user.");
        if (wire.Timeout == 0)
        {
            throw new ColoniesException(400, "The timeout is 0; say how many seconds to wait, or -1 not to wait.");
        }

        var capability = ExecutorCapability.Of(
            executor, wire.AvailableCpu.Length == 0 ? null : Units.Cpu(wire.AvailableCpu), wire.AvailableMem.Length == 0 ? null : Units.Bytes(wire.AvailableMem));
        var began = TimeProvider.System.GetTimestamp();
        var wait = wire.Timeout < 0 ? ShortestWait : TimeSpan.FromSeconds(Math.Min(wire.Timeout, LongestWait.TotalSeconds));
        while (true)
        {
            // It may have been removed while it waited.
            executor = call.Roles.NeedMember(executor.Colony).Executor ?? executor;
            var changed = call.Services.Directory.Changed(executor.Colony);
            var paused = call.Services.Directory.Colony(executor.Colony)?.Paused ?? false;
            var left = wait - TimeProvider.System.GetElapsedTime(began);
            if (paused && wire.Timeout < 0)
            {
                throw new ColoniesException(503, "Assignments of the colony are paused.");
            }

            if (left <= TimeSpan.Zero)
            {
                throw paused
                    ? new ColoniesException(408, "Assignments of the colony are paused, and were not resumed in time.")
                    : new ColoniesException(404, "No process available for assignment");
            }

            if (paused)
            {
                await ResumedAsync(call, left, changed).ConfigureAwait(false);
            }
            else if (await AskAsync(call, executor, capability, left, wire.Latest && call.Services.Options.OldClients, changed).ConfigureAwait(false) is { } assignment)
            {
                return await HandOverAsync(call, assignment).ConfigureAwait(false);
            }
        }
    }

    private static async Task<ProcessSignal.Assignment?> AskAsync(ColoniesCall call, ColonyExecutor executor, Capability capability, TimeSpan wait, bool last, CancellationToken changed)
    {
        if (call.Services.Drain.IsDraining)
        {
            throw new ColoniesException(503, "This gateway is stopping; ask another one, or again in a moment.");
        }

        var request = new LongPollRequest($"{executor.Colony}/{executor.Name}/{Guid.NewGuid():N}", executor.Colony, [SpecTranslation.QueueOf(executor.Type)], capability, 1, wait);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Cancel, call.Services.Drain.Stopping, changed, call.Services.Directory.Changed(executor));
        return last
            ? await LastPolls.AskAsync(call.Services.System, call.Services.Store.Read, request, stop.Token).ConfigureAwait(false)
            : (await LongPolls.AskAsync(call.Services.System, request, stop.Token).ConfigureAwait(false)) is [var got, ..] ? got : null;
    }

    // Its attempt has no lease: what does not reach the executor has to be given back, or nobody ever would run it.
    private static async Task<ColoniesReply> HandOverAsync(ColoniesCall call, ProcessSignal.Assignment assignment)
    {
        var system = call.Services.System;
        try
        {
            call.Cancel.ThrowIfCancellationRequested();
            // A removal that comes later finds the attempt and takes it back itself.
            call.Roles.NeedMember(assignment.Process.Namespace);
            return new ColoniesReply(await WireAsync(call, assignment).ConfigureAwait(false), Undelivered: () => LongPolls.GiveBack(system, assignment, "Its executor was gone before the answer."));
        }
        catch
        {
            LongPolls.GiveBack(system, assignment, "The caller of its long poll was gone.");
            throw;
        }
    }

    private static async Task ResumedAsync(ColoniesCall call, TimeSpan wait, CancellationToken changed)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Cancel, call.Services.Drain.Stopping, changed);
        // Another gateway may have been told; then it is known only after the directory was read again.
        var step = call.Services.Store.Records.Shared && wait > TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait;
        await Task.Delay(step, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        call.Cancel.ThrowIfCancellationRequested();
        if (call.Services.Drain.IsDraining)
        {
            throw new ColoniesException(503, "This gateway is stopping; ask another one, or again in a moment.");
        }

        await call.Services.Directory.RefreshAsync(call.Cancel).ConfigureAwait(false);
    }

    private static async Task<ProcessWire> WireAsync(ColoniesCall call, ProcessSignal.Assignment assignment)
    {
        var row = await call.Services.Store.Read.FindAsync(assignment.Process, call.Cancel).ConfigureAwait(false)
            ?? throw new ColoniesException(500, "The process was removed in the moment of its assignment; ask again.");
        return await call.Services.View.OfAssignmentAsync(row, assignment, call.Services.Now, call.Cancel).ConfigureAwait(false);
    }
}
