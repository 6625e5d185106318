using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;

namespace Muster.Persistence.Journal;

/// <summary>Answers a persistent actor when all that it wrote at once has come to its end.</summary>
/// <param name="request">What it wrote.</param>
internal sealed class JournalAnswer(WriteMessages request)
{
    private readonly Exception?[] _outcomes = new Exception?[request.Messages.Count(m => m is AtomicWrite)];

    // One more than there are writes: nothing is answered while some are still being handed in.
    private int _left = request.Messages.Count(m => m is AtomicWrite) + 1;

    /// <summary>A write is durable, or was rejected or failed. Called by any thread.</summary>
    public void Ended(int place, Exception? outcome)
    {
        _outcomes[place] = outcome;
        One();
    }

    /// <summary>All writes have been handed in.</summary>
    public void AllHandedIn() => One();

    private void One()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            Tell();
        }
    }

    private void Tell()
    {
        var failed = Array.Find(_outcomes, o => o is not null && IJournalStore.HasFailed(o));
        Tell(failed is null ? WriteMessagesSuccessful.Instance : new WriteMessagesFailed(failed, _outcomes.Length), ActorRefs.NoSender);
        var place = 0;
        foreach (var envelope in request.Messages)
        {
            if (envelope is not AtomicWrite write)
            {
                Tell(new LoopMessageSuccess(envelope.Payload, request.ActorInstanceId), envelope.Sender);
                continue;
            }

            var outcome = failed ?? _outcomes[place];
            place++;
            foreach (var item in (IImmutableList<IPersistentRepresentation>)write.Payload)
            {
                Tell(
                    (outcome, failed) switch
                    {
                        (null, _) => new WriteMessageSuccess(item, request.ActorInstanceId),
                        (_, null) => new WriteMessageRejected(item, outcome, request.ActorInstanceId),
                        _ => (object)new WriteMessageFailure(item, outcome, request.ActorInstanceId),
                    },
                    item.Sender);
            }
        }
    }

    // Who sent the command is the sender of the answer, for the handler that runs then.
    private void Tell(object answer, IActorRef? sender) => request.PersistentActor.Tell(answer, sender ?? ActorRefs.NoSender);
}
