using Akka.Actor;

namespace Muster.Runtime.Pool;

/// <summary>Asks the worker pools of a node to take nothing more and to finish or give back what they hold. Answered with <see cref="PoolDrained"/>; stays within the node.</summary>
/// <param name="Deadline">How long running attempts get; then they are cancelled, which takes up to 6 s more, and given back uncounted. Zero cancels at once.</param>
public sealed record DrainPool(TimeSpan Deadline) : INoSerializationVerificationNeeded;
