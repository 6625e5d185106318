using System.Collections.Concurrent;
using System.Collections.Immutable;
using Muster.Runtime;
using Muster.Runtime.Instances;

namespace Muster.Tests.Runtime.Instances;

/// <summary>Pools that pull nothing: the test hands attempts to the instance itself.</summary>
internal sealed class FakePools : IInstancePools
{
    public ConcurrentDictionary<string, (IRuntime Runtime, ImmutableArray<AdoptedAttempt> Adopted)> Begun { get; } = new();

    /// <summary>What the end of a pool waits for.</summary>
    public Task Drained { get; set; } = Task.CompletedTask;

    public void Begin(InstanceSpec spec, IRuntime runtime, ImmutableArray<AdoptedAttempt> adopted) => Begun[spec.Instance] = (runtime, adopted);

    public Task EndAsync(string instance, TimeSpan drain) => drain == TimeSpan.Zero ? Task.CompletedTask : Drained;
}
