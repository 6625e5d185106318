using Akka.Actor;

namespace Muster.Persistence.Journal;

/// <summary>Replayed in place of an event that cannot be read.</summary>
/// <param name="SequenceNr">Where it stands.</param>
/// <param name="Why">What is wrong with it.</param>
public sealed record DamagedEvent(long SequenceNr, string Why) : INoSerializationVerificationNeeded;
