using Akka.Actor;

namespace Muster.Engine.Membership;

/// <summary>Why a system stops whose row in the store is down: others have removed this node, and may not have been able to tell it.</summary>
public sealed class FencedReason : CoordinatedShutdown.Reason
{
    /// <summary>The only one.</summary>
    public static readonly FencedReason Instance = new();

    private FencedReason()
    {
    }

    /// <inheritdoc />
    public override int ExitCode => 1;
}
