using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Deployments;
using Muster.Messages.Executors;
using Muster.Messages.Generators;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Muster.Messages.Workflows;

namespace Muster.Engine;

/// <summary>The way to processes, executors, workflows, schedules and generators from outside: every command is repeated until it is answered.</summary>
/// <param name="system">A member of the cluster.</param>
public sealed class ProcessGate(ActorSystem system) : IProcessGate
{
    /// <summary>The first wait for an answer; doubled with every repetition. A message can be lost while its shard moves.</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(4);

    /// <summary>After this the sender is told that the cluster does not answer.</summary>
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(30);

    /// <summary>How often a wait for the end of a process is said anew.</summary>
    private static readonly TimeSpan AwaitAgain = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public async Task<ProcessReply> SendAsync(ProcessCommand command, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return await AskAsync<ProcessReply>(EngineContext.ProcessRegion(system), command, cancel).ConfigureAwait(false)
            ?? new ProcessReply.Refused { Process = command.Process, Problem = Problem.Busy, Message = "The cluster does not answer now; send it again in a moment." };
    }

    /// <inheritdoc />
    public async Task<ExecutorReply> SendAsync(ExecutorCommand command, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return await AskAsync<ExecutorReply>(EngineContext.ExecutorRegion(system), command, cancel).ConfigureAwait(false)
            ?? new ExecutorReply.Refused { Executor = command.Executor, Problem = Problem.Busy, Message = "The cluster does not answer now; send it again in a moment." };
    }

    /// <inheritdoc />
    public async Task<ScheduleReply> SendAsync(ScheduleCommand command, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return await AskAsync<ScheduleReply>(EngineContext.ScheduleRegion(system), command, cancel).ConfigureAwait(false)
            ?? new ScheduleReply.Refused { Schedule = command.Schedule, Problem = Problem.Busy, Message = "The cluster does not answer now; send it again in a moment." };
    }

    /// <inheritdoc />
    public async Task<GeneratorReply> SendAsync(GeneratorCommand command, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return await AskAsync<GeneratorReply>(EngineContext.GeneratorRegion(system), command, cancel).ConfigureAwait(false)
            ?? new GeneratorReply.Refused { Generator = command.Generator, Problem = Problem.Busy, Message = "The cluster does not answer now; send it again in a moment." };
    }

    /// <summary>Sends a command to its deployment and repeats it until it is answered. When the cluster stays silent the answer is <see cref="Problem.Busy"/>.</summary>
    public async Task<DeploymentReply> SendAsync(DeploymentCommand command, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return await AskAsync<DeploymentReply>(EngineContext.DeploymentRegion(system), command, cancel).ConfigureAwait(false)
            ?? new DeploymentReply.Refused { Deployment = command.Deployment, Problem = Problem.Busy, Message = "The cluster does not answer now; send it again in a moment." };
    }

    /// <inheritdoc />
    public async Task<WorkflowReply> SendAsync(WorkflowCommand command, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return await AskAsync<WorkflowReply>(EngineContext.WorkflowRegion(system), command, cancel).ConfigureAwait(false)
            ?? new WorkflowReply.Refused { Workflow = command.Workflow, Problem = Problem.Busy, Message = "The workflow is still at it, or the cluster does not answer now; send it again in a moment." };
    }

    /// <inheritdoc />
    public async Task<bool> AwaitFinalAsync(ProcessId process, TimeSpan atMost, CancellationToken cancel = default) =>
        await AwaitAsync<ProcessSignal.IsFinal>(EngineContext.ProcessRegion(system), new ProcessSignal.Await { Process = process }, atMost, cancel).ConfigureAwait(false)
            is { } answer && answer.Status.IsFinal();

    /// <inheritdoc />
    public async Task<bool> AwaitFinishedAsync(WorkflowId workflow, TimeSpan atMost, CancellationToken cancel = default) =>
        await AwaitAsync<WorkflowSignal.IsFinished>(EngineContext.WorkflowRegion(system), new WorkflowSignal.Await { Workflow = workflow }, atMost, cancel).ConfigureAwait(false)
            is { } answer && answer.Status != WorkflowStatus.None;

    // Null when the time is over.
    private static async Task<T?> AwaitAsync<T>(IActorRef region, object question, TimeSpan atMost, CancellationToken cancel)
        where T : class
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var left = atMost - TimeProvider.System.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return null;
            }

            try
            {
                return await region.Ask<T>(question, left < AwaitAgain ? left : AwaitAgain, cancel).ConfigureAwait(false);
            }
            catch (AskTimeoutException)
            {
                // It may have moved; it is asked again.
            }
        }
    }

    internal static async Task<T?> AskAsync<T>(IActorRef region, object command, CancellationToken cancel)
        where T : class
    {
        var start = TimeProvider.System.GetTimestamp();
        var wait = FirstWait;
        while (TimeProvider.System.GetElapsedTime(start) < GiveUp)
        {
            try
            {
                return await region.Ask<T>(command, wait, cancel).ConfigureAwait(false);
            }
            catch (AskTimeoutException)
            {
                wait *= 2;
            }
        }

        return null;
    }
}
