using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Muster.Messages.Serialization;

namespace Muster.Persistence.Journal;

/// <summary>Akka.Persistence's door to the store.</summary>
public sealed class MusterJournal : AsyncWriteJournal
{
    private readonly IJournalStore _journal = StoreExtension.Of(Context.System).Journal;
    private readonly TimeProvider _clock = StoreExtension.Of(Context.System).Clock;

    /// <inheritdoc />
    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        await _journal.HighestSequenceNrAsync(persistenceId).ConfigureAwait(false);

    /// <inheritdoc />
    public override async Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        var rows = await _journal.ReplayAsync(persistenceId, fromSequenceNr, toSequenceNr, max).ConfigureAwait(false);
        foreach (var row in rows)
        {
            recoveryCallback(new Persistent(StoredEvent.Read(row.Message, row.Manifest, row.SerializerId, row.SequenceNr), row.SequenceNr, persistenceId, row.Manifest, false, ActorRefs.NoSender, row.WriterUuid, row.Created));
        }
    }

    /// <inheritdoc />
    protected override async Task<IImmutableList<Exception?>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var results = ImmutableList.CreateBuilder<Exception?>();
        foreach (var task in messages.Select(WriteAsync).ToList())
        {
            results.Add(await task.ConfigureAwait(false));
        }

        return results.ToImmutable();
    }

    /// <inheritdoc />
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) =>
        _journal.DeleteAsync(persistenceId, toSequenceNr);

    private Task<Exception?> WriteAsync(AtomicWrite write)
    {
        var payload = (IImmutableList<IPersistentRepresentation>)write.Payload;
        var rows = new List<JournalRow>(payload.Count);
        var events = new List<object>(payload.Count);
        var created = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var item in payload)
        {
            try
            {
                rows.Add(new JournalRow(item.SequenceNr, MusterSerializer.Write(item.Payload), MusterSerializer.ManifestOf(item.Payload), MusterSerializer.Id, item.WriterGuid, created));
            }
            catch (SerializationException e)
            {
                return Task.FromResult<Exception?>(e);
            }

            events.Add(item.Payload);
        }

        return _journal.AppendAsync(new JournalAppend(write.PersistenceId, rows, events));
    }
}
