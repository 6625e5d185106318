using System.Text.Json.Serialization;
using Muster.Messages.Channels;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>An entry of a channel, as clients read it.</summary>
internal sealed record ChannelEntryWire
{
    public required long Sequence { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? InReplyTo { get; init; }

    public required DateTimeOffset Timestamp { get; init; }

    public required string SenderId { get; init; }

    public required ReadOnlyMemory<byte> Payload { get; init; }

    public required string Type { get; init; }

    /// <summary>An entry of the engine.</summary>
    public static ChannelEntryWire Of(ChannelEntry entry) => new()
    {
        Sequence = entry.Sequence,
        InReplyTo = entry.InReplyTo,
        Timestamp = entry.At,
        SenderId = entry.Sender,
        Payload = entry.Payload,
        Type = entry.Type,
    };
}
