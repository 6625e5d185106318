namespace Muster.Messages.Channels;

/// <summary>A message that is routed to the channels of a process.</summary>
public interface IForChannels
{
    /// <summary>Whose channels.</summary>
    ProcessId Process { get; }
}
