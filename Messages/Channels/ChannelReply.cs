using System.Collections.Immutable;

namespace Muster.Messages.Channels;

/// <summary>What a channel answers and tells.</summary>
public abstract record ChannelReply : IMusterMessage
{
    /// <summary>Whose channel.</summary>
    public required ProcessId Process { get; init; }

    /// <summary>The channel.</summary>
    public required string Name { get; init; }

    /// <summary>The entry, or the piece of it, is there.</summary>
    public sealed record Appended : ChannelReply
    {
        /// <summary>Whether it was there before.</summary>
        public bool Repeated { get; init; }
    }

    /// <summary>Entries, as many as fit into a message.</summary>
    public sealed record Entries : ChannelReply
    {
        /// <summary>The entries; the first and the last may be pieces.</summary>
        public ImmutableArray<ChannelEntry> Items { get; init; } = [];

        /// <summary>Where to read on; null when these are all that were asked for.</summary>
        public long? NextAfter { get; init; }

        /// <summary>The byte of the entry there to read on from.</summary>
        public long NextOffset { get; init; }

        /// <summary>How many entries have come in.</summary>
        public required long Count { get; init; }

        /// <summary>Another one means that the log was lost and has begun anew.</summary>
        public required string Incarnation { get; init; }
    }

    /// <summary>To a follower: so many entries have come in.</summary>
    public sealed record Grown : ChannelReply
    {
        /// <summary>How many entries have come in.</summary>
        public required long Count { get; init; }

        /// <summary>Another one means that the log was lost and has begun anew.</summary>
        public required string Incarnation { get; init; }
    }

    /// <summary>It changed nothing.</summary>
    public sealed record Refused : ChannelReply
    {
        /// <summary>The kind of refusal.</summary>
        public required Problem Problem { get; init; }

        /// <summary>What is wrong and what to do.</summary>
        public required string Message { get; init; }
    }
}
