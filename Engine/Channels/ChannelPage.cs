using Muster.Messages.Channels;

namespace Muster.Engine.Channels;

/// <summary>Cuts what is read into messages that fit between members, and puts it together again.</summary>
internal static class ChannelPage
{
    /// <summary>The first message of what is asked for.</summary>
    public static ChannelReply.Entries Of(ChannelCommand.Read c, IReadOnlyList<ChannelEntry> entries, string incarnation)
    {
        var items = new List<ChannelEntry>();
        var (at, offset, bytes) = (c.After, c.Offset, 0L);
        while (at < entries.Count && (c.Limit == 0 || items.Count < c.Limit))
        {
            if (items.Count == ChannelLimits.Page || bytes >= ChannelLimits.Piece)
            {
                return Reply(next: at, offset);
            }

            var entry = entries[(int)at];
            var rest = Math.Max(0, entry.Length - offset);
            var taken = Math.Min(rest, ChannelLimits.Piece - bytes);
            items.Add(taken == entry.Length ? entry : entry with { Payload = entry.Payload.Slice((int)(entry.Length - rest), (int)taken) });
            if (taken < rest)
            {
                return Reply(next: at, offset + taken);
            }

            // In JSON a character takes up to six bytes.
            bytes += taken + ChannelLimits.Overhead + (6L * (entry.Sender.Length + entry.Type.Length));
            (at, offset) = (at + 1, 0);
        }

        return Reply(next: null, 0);

        ChannelReply.Entries Reply(long? next, long nextOffset) => new()
        {
            Process = c.Process,
            Name = c.Name,
            Items = [.. items],
            NextAfter = next,
            NextOffset = nextOffset,
            Count = entries.Count,
            Incarnation = incarnation,
        };
    }

    /// <summary>Adds a message to what was read before it; false when it does not go on where that ended, because entries came in between.</summary>
    /// <param name="read">What was read; its last entry may be a piece.</param>
    /// <param name="offset">Where the message begins in its first entry.</param>
    /// <param name="items">What the message holds.</param>
    public static bool TryAdd(List<ChannelEntry> read, long offset, IEnumerable<ChannelEntry> items)
    {
        foreach (var item in items)
        {
            if (offset == 0)
            {
                read.Add(item);
                continue;
            }

            if (read.Count == 0 || read[^1] is not { } begun || begun.Number != item.Number || begun.Payload.Length != offset)
            {
                return false;
            }

            var whole = new byte[begun.Payload.Length + item.Payload.Length];
            begun.Payload.CopyTo(whole);
            item.Payload.CopyTo(whole.AsMemory(begun.Payload.Length));
            read[^1] = begun with { Payload = whole };
            offset = 0;
        }

        return true;
    }
}
