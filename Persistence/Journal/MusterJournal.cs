using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Muster.Messages.Serialization;

namespace Muster.Persistence.Journal;

/// <summary>Akka.Persistence's door to the store.</summary>
/// <remarks>
/// It speaks the protocol of journals itself. The base class for asynchronous ones passes every write through a circuit breaker, which
/// the store has no use for, through two tasks and through an actor that puts answers in order, which those of one entity are already.
/// </remarks>
public sealed class MusterJournal : WriteJournalBase
{
    private readonly IJournalStore _journal = StoreExtension.Of(Context.System).Journal;
    private readonly TimeProvider _clock = StoreExtension.Of(Context.System).Clock;

    /// <inheritdoc />
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case WriteMessages m:
                Write(m);
                return true;
            case ReplayMessages m:
                _ = ReplayAsync(m);
                return true;
            case DeleteMessagesTo m:
                _journal.DeleteAsync(m.PersistenceId, m.ToSequenceNr).PipeTo(
                    m.PersistentActor, success: () => new DeleteMessagesSuccess(m.ToSequenceNr), failure: e => new DeleteMessagesFailure(e, m.ToSequenceNr));
                return true;
            default:
                return false;
        }
    }

    private static async Task<JournalHistory> ReplayedAsync(Task<JournalHistory> reading, ReplayMessages m)
    {
        var history = await reading.ConfigureAwait(false);
        var left = m.Max;
        foreach (var row in history.Rows)
        {
            if (row.SequenceNr >= m.FromSequenceNr && row.SequenceNr <= m.ToSequenceNr && left-- > 0)
            {
                var stored = StoredEvent.Read(row.Message, row.Manifest, row.SerializerId, row.SequenceNr);
                m.PersistentActor.Tell(
                    new ReplayedMessage(new Persistent(stored, row.SequenceNr, m.PersistenceId, row.Manifest, false, ActorRefs.NoSender, row.WriterUuid, row.Created)), ActorRefs.NoSender);
            }
        }

        return history;
    }

    private async Task ReplayAsync(ReplayMessages m)
    {
        object answer;
        try
        {
            answer = new RecoverySuccess((await ReplayedAsync(_journal.HistoryAsync(m.PersistenceId), m).ConfigureAwait(false)).Highest);
        }
        catch (Exception e)
        {
            answer = new ReplayMessagesFailure(e);
        }

        m.PersistentActor.Tell(answer, ActorRefs.NoSender);
    }

    private void Write(WriteMessages m)
    {
        var answer = new JournalAnswer(m);
        var number = 0;
        foreach (var envelope in m.Messages)
        {
            if (envelope is not AtomicWrite write)
            {
                continue;
            }

            var place = number++;
            try
            {
                _journal.Append(AppendOf(write), outcome => answer.Ended(place, outcome));
            }
            catch (SerializationException e)
            {
                answer.Ended(place, e);
            }
        }

        answer.AllHandedIn();
    }

    private JournalAppend AppendOf(AtomicWrite write)
    {
        var payload = (IImmutableList<IPersistentRepresentation>)write.Payload;
        var rows = new List<JournalRow>(payload.Count);
        var events = new List<object>(payload.Count);
        var created = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var item in payload)
        {
            rows.Add(new JournalRow(item.SequenceNr, MusterSerializer.Write(item.Payload), MusterSerializer.ManifestOf(item.Payload), MusterSerializer.Id, item.WriterGuid, created));
            events.Add(item.Payload);
        }

        return new JournalAppend(write.PersistenceId, rows, events);
    }
}
