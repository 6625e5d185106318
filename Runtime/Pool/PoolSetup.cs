using System.Collections.Immutable;
using Akka.Actor;
using Muster.Engine;
using Muster.Messages.Processes;
using Muster.Runtime.Instances;

namespace Muster.Runtime.Pool;

/// <summary>What one pool serves, and with what.</summary>
internal sealed record PoolSetup
{
    public required string Namespace { get; init; }

    public required ImmutableArray<string> Queues { get; init; }

    public required Capability Capability { get; init; }

    public required IRuntime Runtime { get; init; }

    /// <summary>How many attempts may run at once.</summary>
    public required int Slots { get; init; }

    public required IProcessGate Gate { get; init; }

    /// <summary>Where demand goes.</summary>
    public required ICanTell Router { get; init; }

    public required WorkRoot Work { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>Attempts that its runtime runs already.</summary>
    public ImmutableArray<AdoptedAttempt> Adopted { get; init; } = [];
}
