using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Channels;

namespace Muster.Engine.Channels;

/// <summary>The way to the channels of processes from outside, wherever in the cluster they are: long payloads are cut and put together here, and every question is repeated until it is answered.</summary>
/// <param name="system">A member of the cluster.</param>
public sealed class ChannelGate(ActorSystem system)
{
    /// <summary>How often a reading or writing that was overtaken by others begins anew.</summary>
    private const int Attempts = 5;

    /// <summary>Adds an entry. The same sender and sequence again change nothing.</summary>
    /// <param name="entry">The entry, whole; its payload must not be changed afterwards.</param>
    /// <param name="cancel">Stops the wait.</param>
    /// <returns><see cref="ChannelReply.Appended"/>, or why it was refused.</returns>
    public async Task<ChannelReply> AppendAsync(ChannelCommand.Append entry, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ChannelReply reply = Silent(entry);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var offset = 0;
            do
            {
                var piece = entry.Payload.Slice(offset, Math.Min(ChannelLimits.Piece, entry.Payload.Length - offset));
                reply = await AskAsync(entry with { Payload = piece, Offset = offset, Length = entry.Payload.Length }, cancel).ConfigureAwait(false);
                offset += piece.Length;
            }
            while (reply is ChannelReply.Appended { Repeated: false } && offset < entry.Payload.Length);

            // The channel has moved, and what it had of the entry is lost.
            if (reply is not ChannelReply.Refused { Problem: Problem.Busy } || offset <= ChannelLimits.Piece)
            {
                break;
            }
        }

        return reply;
    }

    /// <summary>Gives entries of the log.</summary>
    /// <param name="process">Whose channel.</param>
    /// <param name="name">The channel.</param>
    /// <param name="after">How many entries to leave out from the beginning.</param>
    /// <param name="limit">How many at the most; 0 for all.</param>
    /// <param name="cancel">Stops the wait.</param>
    /// <returns><see cref="ChannelReply.Entries"/> with all of them, or why it was refused.</returns>
    public Task<ChannelReply> ReadAsync(ProcessId process, string name, long after, int limit, CancellationToken cancel = default) =>
        ReadAsync(new ChannelCommand.Read { Process = process, Name = name, After = after, Limit = limit }, cancel);

    /// <summary>Gives the entries of the log after a place, all at once when there are any, and then each that comes in, alone. It ends with the process.</summary>
    /// <param name="process">Whose channel.</param>
    /// <param name="name">The channel.</param>
    /// <param name="after">How many entries of the log to leave out from the beginning.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ChannelRefusedException">There is no such channel, or the place is wrong.</exception>
    public async IAsyncEnumerable<ImmutableArray<ChannelEntry>> FollowAsync(ProcessId process, string name, long after, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var told = Channel.CreateBounded<ChannelReply>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var follower = system.ActorOf(ChannelFollower.Props(process, name, told.Writer));
        try
        {
            // It follows before it looks: nothing comes in between.
            var first = await told.Reader.ReadAsync(cancel).ConfigureAwait(false) as ChannelReply.Refused;
            var log = first is null ? await ReadAsync(process, name, after, limit: 0, cancel).ConfigureAwait(false) : first;
            if (log is not ChannelReply.Entries seen)
            {
                var refused = (ChannelReply.Refused)log;
                throw new ChannelRefusedException(refused.Problem, refused.Message);
            }

            if (seen.Items.Length > 0)
            {
                yield return seen.Items;
            }

            // Of those that came while the log was read some may stand in it.
            var given = seen.Items.Where(e => e.Number > seen.Count).Select(e => e.Number).ToHashSet();
            var (count, incarnation) = (seen.Count, seen.Incarnation);
            while (true)
            {
                var question = new ChannelCommand.Read { Process = process, Name = name, After = count, AsTheyCame = true };
                var reply = await ReadAsync(question, cancel).ConfigureAwait(false);
                if (reply is ChannelReply.Refused { Problem: not Problem.Busy })
                {
                    yield break;
                }

                if (reply is ChannelReply.Entries news)
                {
                    if (news.Incarnation != incarnation)
                    {
                        // What was lost is lost; what came in since is new.
                        (count, incarnation) = (0, news.Incarnation);
                        given.Clear();
                        continue;
                    }

                    foreach (var entry in news.Items.Where(e => !given.Remove(e.Number)))
                    {
                        yield return [entry];
                    }

                    count += news.Items.Length;
                }

                while (await told.Reader.ReadAsync(cancel).ConfigureAwait(false) is ChannelReply.Grown grown && grown.Count == count && grown.Incarnation == incarnation)
                {
                }
            }
        }
        finally
        {
            system.Stop(follower);
        }
    }

    private async Task<ChannelReply> ReadAsync(ChannelCommand.Read question, CancellationToken cancel)
    {
        ChannelReply.Entries? first = null;
        var read = new List<ChannelEntry>();
        var next = question;
        for (var attempt = 0; attempt < Attempts;)
        {
            var reply = await AskAsync(next, cancel).ConfigureAwait(false);
            if (reply is not ChannelReply.Entries page)
            {
                return reply;
            }

            first ??= page;
            if (page.Incarnation != first.Incarnation || !ChannelPage.TryAdd(read, next.Offset, page.Items))
            {
                // Somebody wrote in between, or the channel has moved.
                attempt++;
                read.Clear();
                (first, next) = (null, question);
            }
            else if (page.NextAfter is not { } after)
            {
                return first with { Items = [.. read], NextAfter = null, NextOffset = 0 };
            }
            else
            {
                var whole = read.Count - (page.NextOffset > 0 ? 1 : 0);
                next = question with { After = after, Offset = page.NextOffset, Limit = question.Limit == 0 ? 0 : question.Limit - whole };
            }
        }

        return Silent(question);
    }

    private async Task<ChannelReply> AskAsync(ChannelCommand command, CancellationToken cancel) =>
        await ProcessGate.AskAsync<ChannelReply>(EngineContext.ChannelRegion(system), command, cancel).ConfigureAwait(false) ?? Silent(command);

    private static ChannelReply.Refused Silent(ChannelCommand command) =>
        new() { Process = command.Process, Name = command.Name, Problem = Problem.Busy, Message = "The cluster does not answer now; send it again in a moment." };
}
