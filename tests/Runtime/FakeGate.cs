using System.Collections.Concurrent;
using Muster.Engine;
using Muster.Messages;
using Muster.Messages.Executors;
using Muster.Messages.Generators;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Muster.Messages.Workflows;

namespace Muster.Tests.Runtime;

/// <summary>Processes that answer as the test says; everything is Done without more.</summary>
internal sealed class FakeGate : IProcessGate
{
    private readonly ConcurrentQueue<ProcessCommand> _commands = new();

    /// <summary>Everything that was sent, in order, repetitions included.</summary>
    public IReadOnlyList<ProcessCommand> Commands => [.. _commands];

    /// <summary>The answer to a command; null answers Done.</summary>
    public Func<ProcessCommand, Task<ProcessReply>?> Answer { get; set; } = _ => null;

    public static ProcessReply Done(ProcessCommand command) => new ProcessReply.Done { Process = command.Process, Status = ProcessStatus.Running, Attempt = 1 };

    public static ProcessReply Refused(ProcessCommand command, Problem problem) => new ProcessReply.Refused { Process = command.Process, Problem = problem, Message = "So the test says." };

    public IReadOnlyList<T> Sent<T>()
        where T : ProcessCommand => [.. _commands.OfType<T>()];

    public Task<ProcessReply> SendAsync(ProcessCommand command, CancellationToken cancel = default)
    {
        _commands.Enqueue(command);
        return Answer(command) ?? Task.FromResult(Done(command));
    }

    public Task<ExecutorReply> SendAsync(ExecutorCommand command, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<WorkflowReply> SendAsync(WorkflowCommand command, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<bool> AwaitFinishedAsync(WorkflowId workflow, TimeSpan atMost, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<ScheduleReply> SendAsync(ScheduleCommand command, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<GeneratorReply> SendAsync(GeneratorCommand command, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<bool> AwaitFinalAsync(ProcessId process, TimeSpan atMost, CancellationToken cancel = default) => throw new NotSupportedException();
}
