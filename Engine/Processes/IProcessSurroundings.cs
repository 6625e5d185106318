using System.Collections.Immutable;
using Akka.Actor;
using Muster.Engine.Processes.Rules;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Messages.Workflows;

namespace Muster.Engine.Processes;

/// <summary>What a process finds around itself. An actor gives it the cluster and the store; a simulation plays both.</summary>
internal interface IProcessSurroundings
{
    /// <summary>The time, and chance.</summary>
    Moment Moment { get; }

    /// <summary>Milliseconds of a clock that nobody sets.</summary>
    long Milliseconds { get; }

    /// <summary>Its timers; they end with it.</summary>
    ITimerScheduler Timers { get; }

    /// <summary>Settings.</summary>
    EngineOptions Options { get; }

    /// <summary>Stores events, all or none, and says each of them back when they are durable; hears nothing else until then.</summary>
    void Persist(ImmutableArray<ProcessEvent> events, Action<ProcessEvent> stored);

    /// <summary>Tells <see cref="DeadlineReached"/> at a time; replaces the last time.</summary>
    void WakeAt(DateTimeOffset? at);

    /// <summary>Tells <see cref="ReceiveTimeout"/> after a silence; null: never.</summary>
    void StayFor(TimeSpan? silence);

    /// <summary>Asks to leave memory; <see cref="StopQuietly"/> is the consent.</summary>
    void AskToLeave();

    /// <summary>Leaves memory at once.</summary>
    /// <param name="due">When it has to be woken.</param>
    /// <param name="unanswered">Whether somebody still owes it an answer, so that it has to come back.</param>
    void Leave(DateTimeOffset? due, bool unanswered);

    /// <summary>Tells its queue.</summary>
    void TellQueue(QueueMessage message);

    /// <summary>Tells its workflow that something of it has changed. When that is lost, a sweep finds it.</summary>
    void TellWorkflow(WorkflowId workflow);

    /// <summary>Wakes its children: it is final.</summary>
    void WakeChildren(ProcessStatus status);

    /// <summary>Reopens its children that ended because of it: it is no longer final.</summary>
    void ReopenChildren();

    /// <summary>Reads the states of its parents and tells <see cref="ParentsSeen"/>.</summary>
    void ReadParents();

    /// <summary>Reads what an assignment needs and tells <see cref="HandOver"/>.</summary>
    void ReadForHandOver(IActorRef requester, int attempt, ProcessSpec? known);

    /// <summary>Writes what an attempt said into the row.</summary>
    void Touch(RowTouch touch);

    /// <summary>Writes what an attempt said into the row, then answers it.</summary>
    void Touch(RowTouch touch, ProcessReply reply, IActorRef to);

    /// <summary>Stores log lines, then answers who sent them.</summary>
    void AppendLog(ProcessCommand.AppendLog log, ProcessReply reply, IActorRef to);
}
