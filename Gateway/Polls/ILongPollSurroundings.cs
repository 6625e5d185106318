using Akka.Actor;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Gateway.Polls;

/// <summary>What is around one question for work: an actor system, or a simulation.</summary>
internal interface ILongPollSurroundings
{
    /// <summary>Rises; what is asked later, at whichever gateway, has a higher one.</summary>
    long Ticks { get; }

    /// <summary>Its timers.</summary>
    ITimerScheduler Timers { get; }

    /// <summary>Who gets the assignments.</summary>
    IActorRef Self { get; }

    /// <summary>Says the demand to its dispatcher.</summary>
    void Say(DispatcherMessage.Demand demand);

    /// <summary>Answers who asked.</summary>
    void Answer(IReadOnlyList<ProcessSignal.Assignment> got);

    /// <summary>An assignment reached nobody.</summary>
    void GiveBack(ProcessSignal.Assignment assignment, string why);

    /// <summary>It is over, and nothing comes late any more.</summary>
    void Leave();
}
