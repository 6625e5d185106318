using Akka.Actor;
using Muster.Messages.Queues;

namespace Muster.Engine.Queues;

/// <summary>What a queue finds around itself. An actor gives it the cluster and the store; a simulation plays both.</summary>
internal interface IQueueSurroundings
{
    /// <summary>The time.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Milliseconds of a clock that nobody sets.</summary>
    long Milliseconds { get; }

    /// <summary>Its timers; they end with it.</summary>
    ITimerScheduler Timers { get; }

    /// <summary>Settings.</summary>
    EngineOptions Options { get; }

    /// <summary>Who it is.</summary>
    IActorRef Self { get; }

    /// <summary>Where messages for processes go.</summary>
    IActorRef Processes { get; }

    /// <summary>Reads settings, places and lanes and tells <see cref="QueueTables.Whole"/>, or <see cref="QueueSelfMessages.Unread"/>.</summary>
    void ReadAll(long number);

    /// <summary>Reads settings and places and tells <see cref="QueueTables.Settings"/>, or <see cref="QueueSelfMessages.Unread"/>.</summary>
    void ReadSettings(long number);

    /// <summary>Reads the head of a lane and tells <see cref="QueueTables.LaneHead"/>, or <see cref="QueueSelfMessages.RefillFailed"/>.</summary>
    void ReadHead(QueueLane lane, int limit);

    /// <summary>Reads who holds or wants the key of a process before it and tells <see cref="QueueSelfMessages.Conflicts"/>.</summary>
    void ReadOlder(QueueMessage.Enqueue enqueue, IActorRef sender);

    /// <summary>Tells <see cref="QueueSweep.Found"/> soon, if the tables have waiting processes.</summary>
    void Sweep();

    /// <summary>Tells <see cref="Terminated"/> when it ends.</summary>
    void Watch(IActorRef dispatcher);

    /// <summary>Asks to leave memory.</summary>
    void AskToLeave();
}
