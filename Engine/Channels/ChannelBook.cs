using Muster.Messages;
using Muster.Messages.Channels;

namespace Muster.Engine.Channels;

/// <summary>All channels of a process: what is taken into them, and what is read. It knows no clock: the time is told.</summary>
/// <param name="process">The process.</param>
/// <param name="names">The channels that its spec names.</param>
/// <param name="incarnation">Tells this book from one that was lost.</param>
/// <param name="memory">What all channels of the node may hold.</param>
internal sealed class ChannelBook(ProcessId process, IReadOnlyCollection<string> names, string incarnation, ChannelMemory memory)
{
    private readonly Dictionary<string, ChannelLog> _logs = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, string Sender), Unfinished> _unfinished = [];
    private double _room = ChannelLimits.Burst;
    private TimeSpan _roomAt;
    private long _bytes;

    /// <summary>Whether nothing is held.</summary>
    public bool IsEmpty => _bytes == 0;

    /// <summary>How many entries a channel holds.</summary>
    public long Count(string name) => _logs.TryGetValue(name, out var log) ? log.AsTheyCame.Count : 0;

    /// <summary>What a follower is told.</summary>
    public ChannelReply Follow(string name) =>
        Unknown(name) ?? (ChannelReply)new ChannelReply.Grown { Process = process, Name = name, Count = Count(name), Incarnation = incarnation };

    /// <summary>Takes an entry, or a piece of one.</summary>
    /// <param name="c">The entry.</param>
    /// <param name="at">The time of day.</param>
    /// <param name="now">The same on a clock that nobody sets, from any start.</param>
    public ChannelReply Append(ChannelCommand.Append c, DateTimeOffset at, TimeSpan now)
    {
        if ((Unknown(c.Name) ?? Wrong(c)) is { } refusal)
        {
            return refusal;
        }

        if (Log(c.Name).Has(c.Sender, c.Sequence))
        {
            return Appended(c, repeated: true);
        }

        var length = c.Length ?? c.Payload.Length;
        var key = (c.Name, c.Sender);
        var begun = _unfinished.GetValueOrDefault(key);
        if (begun is not null && (begun.Sequence != c.Sequence || begun.Bytes.Length != length))
        {
            // A sender writes one entry after the other; what it left is never finished.
            if (c.Offset == 0)
            {
                Drop(key, begun);
            }

            begun = null;
        }

        if (begun is null)
        {
            if (c.Offset > 0)
            {
                return Refused(c.Name, Problem.Busy, $"The pieces before byte {c.Offset} are not here any more. Send the entry again from its beginning.");
            }

            if (Full(c, Cost(c, length), now) is { } full)
            {
                return full;
            }

            if (c.Payload.Length == length)
            {
                Add(c, at, c.Payload);
                return Appended(c, repeated: false);
            }

            _unfinished.Add(key, begun = new Unfinished(c.Sequence, new byte[length], Cost(c, length)));
        }

        return Piece(c, at, key, begun);
    }

    /// <summary>Gives as many entries as fit into a message.</summary>
    public ChannelReply Read(ChannelCommand.Read c)
    {
        if (Unknown(c.Name) is { } refusal)
        {
            return refusal;
        }

        if (c.After < 0 || c.Offset < 0 || c.Limit < 0)
        {
            return Refused(c.Name, Problem.Invalid, "After, offset and limit are not negative.");
        }

        var log = Log(c.Name);
        return ChannelPage.Of(c, c.AsTheyCame ? log.AsTheyCame : log.InOrder, incarnation);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _logs.Clear();
        _unfinished.Clear();
        memory.GiveBack(_bytes);
        _bytes = 0;
    }

    private ChannelReply Piece(ChannelCommand.Append c, DateTimeOffset at, (string, string) key, Unfinished begun)
    {
        var end = c.Offset + c.Payload.Length;
        if (c.Offset > begun.Filled)
        {
            return Refused(c.Name, Problem.Busy, $"The piece from byte {begun.Filled} on is missing. Send the entry again from its beginning.");
        }

        c.Payload.Span.CopyTo(begun.Bytes.AsSpan((int)c.Offset));
        begun.Filled = Math.Max(begun.Filled, end);
        if (begun.Filled == begun.Bytes.Length)
        {
            _unfinished.Remove(key);
            Add(c, at, begun.Bytes);
        }

        return Appended(c, repeated: false);
    }

    private void Add(ChannelCommand.Append c, DateTimeOffset at, ReadOnlyMemory<byte> payload) => Log(c.Name).Add(new ChannelEntry
    {
        Sender = c.Sender,
        Sequence = c.Sequence,
        At = at,
        InReplyTo = c.InReplyTo,
        Type = c.Type,
        Number = 0,
        Length = payload.Length,
        Payload = payload,
    });

    private void Drop((string, string) key, Unfinished begun)
    {
        _unfinished.Remove(key);
        memory.GiveBack(begun.Cost);
        _bytes -= begun.Cost;
    }

    private ChannelReply.Refused? Wrong(ChannelCommand.Append c)
    {
        var length = c.Length ?? c.Payload.Length;
        return c.Sender.Length is 0 or > ChannelLimits.Sender ? Refused(c.Name, Problem.Invalid, $"A sender is 1 to {ChannelLimits.Sender} characters.")
            : c.Type.Length is 0 or > ChannelLimits.Type ? Refused(c.Name, Problem.Invalid, $"The type of an entry is 1 to {ChannelLimits.Type} characters.")
            : length > ChannelLimits.Payload ? Refused(c.Name, Problem.Invalid, $"The payload is {length} bytes; at most {ChannelLimits.Payload} are taken. Put more into a file of the process.")
            : c.Offset < 0 || c.Offset + c.Payload.Length > length || (c.Payload.Length == 0 && length > 0) ? Refused(c.Name, Problem.Invalid, $"The piece from byte {c.Offset} on is none of a payload of {length} bytes.")
            : null;
    }

    private ChannelReply.Refused? Full(ChannelCommand.Append c, long cost, TimeSpan now)
    {
        if (Count(c.Name) >= ChannelLimits.Entries)
        {
            return Refused(c.Name, Problem.Conflict, $"The channel '{c.Name}' holds {ChannelLimits.Entries} entries, and takes no more.");
        }

        _room = Math.Min(ChannelLimits.Burst, _room + ((now - _roomAt).TotalSeconds * ChannelLimits.PerSecond));
        _roomAt = now;
        if (_room < 1)
        {
            return Refused(c.Name, Problem.TooMuch, $"The channels of a process take {ChannelLimits.PerSecond} entries a second, and {ChannelLimits.Burst} at once. Send it again in a moment.");
        }

        if (!memory.TryTake(cost))
        {
            return Refused(c.Name, Problem.Busy, "The channels of this node hold as much as they may. Send it again when others have ended.");
        }

        _room--;
        _bytes += cost;
        return null;
    }

    private ChannelLog Log(string name)
    {
        if (!_logs.TryGetValue(name, out var log))
        {
            _logs.Add(name, log = new ChannelLog());
        }

        return log;
    }

    private ChannelReply.Refused? Unknown(string name) => names.Take(ChannelLimits.Channels).Contains(name)
        ? null
        : Refused(name, Problem.NotFound, $"The process {process} has no channel '{name}'. Channels stand in its spec when it is submitted.");

    private ChannelReply.Appended Appended(ChannelCommand.Append c, bool repeated) => new() { Process = process, Name = c.Name, Repeated = repeated };

    private ChannelReply.Refused Refused(string name, Problem problem, string message) => new() { Process = process, Name = name, Problem = problem, Message = message };

    private static long Cost(ChannelCommand.Append c, long length) => length + ChannelLimits.Overhead + (2L * (c.Sender.Length + c.Type.Length));

    private sealed class Unfinished(long sequence, byte[] bytes, long cost)
    {
        public long Sequence => sequence;

        public byte[] Bytes => bytes;

        public long Cost => cost;

        public long Filled { get; set; }
    }
}
