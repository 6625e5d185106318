namespace Muster.Engine.Channels;

/// <summary>The bounds of channels.</summary>
public static class ChannelLimits
{
    /// <summary>How many channels a process may have.</summary>
    public const int Channels = 100;

    /// <summary>The longest payload of an entry, in bytes: 10 MiB.</summary>
    public const int Payload = 10 * 1024 * 1024;

    /// <summary>How many entries a channel holds.</summary>
    public const int Entries = 10_000;

    /// <summary>How many entries the channels of a process take in a second on average.</summary>
    public const int PerSecond = 100;

    /// <summary>How many they take at once.</summary>
    public const int Burst = 500;

    /// <summary>The longest name of a sender, in characters.</summary>
    public const int Sender = 256;

    /// <summary>The longest type of an entry, in characters.</summary>
    public const int Type = 64;

    /// <summary>How much of payloads goes in one message, in bytes: as text it must fit into a frame of 2 MB between members.</summary>
    internal const int Piece = 1024 * 1024;

    /// <summary>How many entries go in one message.</summary>
    internal const int Page = 500;

    /// <summary>What an entry costs beside its payload, in bytes; about.</summary>
    internal const int Overhead = 400;
}
