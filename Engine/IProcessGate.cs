using Muster.Messages;
using Muster.Messages.Executors;
using Muster.Messages.Generators;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Muster.Messages.Workflows;

namespace Muster.Engine;

/// <summary>The way to processes, executors, workflows, schedules and generators from outside. Whoever uses it can be tested without a cluster.</summary>
public interface IProcessGate
{
    /// <summary>Sends a command to its process and repeats it until it is answered. When the cluster stays silent the answer is <see cref="Problem.Busy"/>.</summary>
    Task<ProcessReply> SendAsync(ProcessCommand command, CancellationToken cancel = default);

    /// <summary>Sends a command to its executor and repeats it until it is answered. When the cluster stays silent the answer is <see cref="Problem.Busy"/>.</summary>
    Task<ExecutorReply> SendAsync(ExecutorCommand command, CancellationToken cancel = default);

    /// <summary>Sends a command to its workflow and repeats it until it is answered. When the cluster stays silent the answer is <see cref="Problem.Busy"/>.</summary>
    Task<WorkflowReply> SendAsync(WorkflowCommand command, CancellationToken cancel = default);

    /// <summary>Ends when all processes of the workflow are final, or after the time. Says whether they are.</summary>
    Task<bool> AwaitFinishedAsync(WorkflowId workflow, TimeSpan atMost, CancellationToken cancel = default);

    /// <summary>Sends a command to its schedule and repeats it until it is answered. When the cluster stays silent the answer is <see cref="Problem.Busy"/>.</summary>
    Task<ScheduleReply> SendAsync(ScheduleCommand command, CancellationToken cancel = default);

    /// <summary>Sends a command to its generator and repeats it until it is answered. When the cluster stays silent the answer is <see cref="Problem.Busy"/>.</summary>
    Task<GeneratorReply> SendAsync(GeneratorCommand command, CancellationToken cancel = default);

    /// <summary>Ends when the process is final, or after the time. Says whether it is final.</summary>
    Task<bool> AwaitFinalAsync(ProcessId process, TimeSpan atMost, CancellationToken cancel = default);
}
