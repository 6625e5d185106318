namespace Muster.Persistence.Journal;

/// <summary>An event as it is stored.</summary>
public sealed record JournalRow(long SequenceNr, byte[] Message, string Manifest, int SerializerId, string WriterUuid, long Created);
