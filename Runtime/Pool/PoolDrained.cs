using Akka.Actor;

namespace Muster.Runtime.Pool;

/// <summary>Answers <see cref="DrainPool"/>: nothing runs any more and every end is stored.</summary>
public sealed record PoolDrained : INoSerializationVerificationNeeded
{
    /// <summary>The one value.</summary>
    public static readonly PoolDrained Instance = new();
}
