using Akka.Actor;
using Akka.Persistence;

namespace Muster.Tests.Store.Making;

/// <summary>Says something to the journal as a persistent actor would, and gives all answers to who asked when the last has come.</summary>
public sealed class Asker : UntypedActor
{
    private readonly IActorRef _journal = Akka.Persistence.Persistence.Instance.Apply(Context.System).JournalFor(null);
    private readonly List<object> _answers = [];
    private IActorRef _who = ActorRefs.Nobody;
    private int _expected;

    /// <summary>Makes one.</summary>
    public static Props Props() => Akka.Actor.Props.Create(() => new Asker());

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case WriteMessages write:
                // One for all, and one for each event.
                Ask(write, 1 + write.Messages.Count());
                break;
            case ReplayMessages replay:
                Ask(replay, int.MaxValue);
                break;
            default:
                _answers.Add(message);
                if (_answers.Count == _expected || message is RecoverySuccess or ReplayMessagesFailure)
                {
                    _who.Tell(_answers.ToArray());
                }

                break;
        }
    }

    private void Ask(object question, int answers)
    {
        _who = Sender;
        _expected = answers;
        _journal.Tell(question);
    }
}
