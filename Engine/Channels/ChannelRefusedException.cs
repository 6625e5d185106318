using Muster.Messages;

namespace Muster.Engine.Channels;

/// <summary>A channel cannot be followed.</summary>
/// <param name="problem">The kind of refusal.</param>
/// <param name="message">What is wrong and what to do.</param>
public sealed class ChannelRefusedException(Problem problem, string message) : Exception(message)
{
    /// <summary>The kind of refusal.</summary>
    public Problem Problem => problem;
}
