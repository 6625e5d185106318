using Akka.Actor;

namespace Muster.Engine.Queues;

/// <summary>What a dispatcher finds around itself. An actor gives it the cluster; a simulation plays it.</summary>
internal interface IDispatcherSurroundings
{
    /// <summary>Milliseconds of a clock that nobody sets.</summary>
    long Milliseconds { get; }

    /// <summary>Its timers; they end with it.</summary>
    ITimerScheduler Timers { get; }

    /// <summary>Who it is.</summary>
    IActorRef Self { get; }

    /// <summary>Where messages for processes go.</summary>
    IActorRef Processes { get; }

    /// <summary>Where messages for queues go.</summary>
    IActorRef Queues { get; }
}
