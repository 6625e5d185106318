namespace Muster.Messages.Channels;

/// <summary>One message of a channel.</summary>
public sealed record ChannelEntry
{
    /// <summary>The type of an entry that names none.</summary>
    public const string PlainType = "data";

    /// <summary>Who wrote it.</summary>
    public required string Sender { get; init; }

    /// <summary>Its number among those of its sender; chosen by the sender.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it came in.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The sequence of the entry that it answers; none when absent.</summary>
    public long? InReplyTo { get; init; }

    /// <summary>What it is to those who talk.</summary>
    public string Type { get; init; } = PlainType;

    /// <summary>Its number in the order in which entries came in, from 1.</summary>
    public required long Number { get; init; }

    /// <summary>How long its payload is, in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>What it says. Between members of the cluster a long one goes in pieces, and this is one of them.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }
}
