using Akka.Actor;

namespace Muster.Engine.Membership;

/// <summary>Why a system stops that has joined a cluster of another name.</summary>
/// <param name="message">What differs, and what to do.</param>
internal sealed class OtherClusterReason(string message) : CoordinatedShutdown.Reason
{
    /// <summary>What differs, and what to do.</summary>
    public string Message => message;

    /// <inheritdoc />
    public override int ExitCode => 2;
}
