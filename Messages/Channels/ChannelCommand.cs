namespace Muster.Messages.Channels;

/// <summary>What the channels of a process are asked. They exist while the process is not final, in memory: what a lost node held is gone.</summary>
public abstract record ChannelCommand : IMusterMessage, IForChannels
{
    /// <inheritdoc />
    public required ProcessId Process { get; init; }

    /// <summary>The channel; the spec of the process names it.</summary>
    public required string Name { get; init; }

    /// <summary>Add an entry. The same sender and sequence again change nothing.</summary>
    public sealed record Append : ChannelCommand
    {
        /// <summary>Who writes.</summary>
        public required string Sender { get; init; }

        /// <summary>The number among the entries of the sender; they stand in the log in its order.</summary>
        public required long Sequence { get; init; }

        /// <summary>The sequence of the entry that it answers.</summary>
        public long? InReplyTo { get; init; }

        /// <summary>What it is to those who talk.</summary>
        public string Type { get; init; } = ChannelEntry.PlainType;

        /// <summary>What it says, or the piece of it that begins at <see cref="Offset"/>. It must not be changed afterwards.</summary>
        public required ReadOnlyMemory<byte> Payload { get; init; }

        /// <summary>Where this piece begins; pieces come in order.</summary>
        public long Offset { get; init; }

        /// <summary>How long the whole payload is, in bytes; null when this is all.</summary>
        public long? Length { get; init; }
    }

    /// <summary>Give entries.</summary>
    public sealed record Read : ChannelCommand
    {
        /// <summary>How many entries of the log to leave out from its beginning.</summary>
        public long After { get; init; }

        /// <summary>How many bytes of the payload of the first to leave out.</summary>
        public long Offset { get; init; }

        /// <summary>How many at the most; 0 for all.</summary>
        public int Limit { get; init; }

        /// <summary>Whether they are counted and given in the order in which they came in, not in that of the log.</summary>
        public bool AsTheyCame { get; init; }
    }

    /// <summary>Tell somebody of new entries, from now on and for as long as it lives; said anew now and then, for the channel may move.</summary>
    public sealed record Follow : ChannelCommand
    {
        /// <summary>Who is told.</summary>
        public required ActorRef Follower { get; init; }
    }
}
