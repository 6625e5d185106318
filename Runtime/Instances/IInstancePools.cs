using System.Collections.Immutable;

namespace Muster.Runtime.Instances;

/// <summary>What pulls processes for instances. Each instance that is ready has one pool of its own.</summary>
internal interface IInstancePools
{
    /// <summary>Begins to pull for an instance.</summary>
    /// <param name="spec">The instance.</param>
    /// <param name="runtime">Its attempts.</param>
    /// <param name="adopted">What it runs already.</param>
    void Begin(InstanceSpec spec, IRuntime runtime, ImmutableArray<AdoptedAttempt> adopted);

    /// <summary>Pulls no more for an instance. Ends when what runs has ended and is stored.</summary>
    /// <param name="instance">The id of the instance.</param>
    /// <param name="drain">How long what runs may go on; then it is cancelled and given back.</param>
    Task EndAsync(string instance, TimeSpan drain);
}
