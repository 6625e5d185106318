using Muster.Messages.Serialization;

namespace Muster.Persistence.Journal;

/// <summary>Reads what stands in the journal.</summary>
public static class StoredEvent
{
    /// <summary>The event of a row, or a <see cref="DamagedEvent"/> when it cannot be read: its entity can say so instead of failing for ever.</summary>
    public static object Read(byte[] message, string manifest, int serializerId, long sequenceNr)
    {
        if (serializerId != MusterSerializer.Id)
        {
            return new DamagedEvent(sequenceNr, $"serializer {serializerId} is not ours");
        }

        try
        {
            return MusterSerializer.Read(message, manifest);
        }
        catch (Exception e)
        {
            // Damaged bytes can be valid JSON and still be refused in many ways: an id without its slash, a date out of range.
            return new DamagedEvent(sequenceNr, e.Message);
        }
    }
}
