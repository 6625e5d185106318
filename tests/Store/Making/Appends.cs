using Muster.Messages.Serialization;
using Muster.Persistence.Journal;

namespace Muster.Tests.Store.Making;

/// <summary>Makes appends out of events.</summary>
public static class Appends
{
    /// <summary>Events of an entity that stand together.</summary>
    public static JournalAppend Of(string persistenceId, long firstNr, string writer, params IReadOnlyList<object> events) => new(
        persistenceId,
        [.. events.Select((e, i) => new JournalRow(firstNr + i, MusterSerializer.Write(e), MusterSerializer.ManifestOf(e), MusterSerializer.Id, writer, 1_760_000_000_000 + firstNr + i))],
        events);

    /// <summary>The same append with a first sequence number that is taken already.</summary>
    public static JournalAppend Again(this JournalAppend append, string writer) => append with
    {
        Rows = [.. append.Rows.Select(r => r with { WriterUuid = writer })],
    };
}
