namespace Muster.Workers.Conductor;

/// <summary>
/// A worker for tasks of one definition, or of several. Derive from it for a worker with state, or make one of a function with <see cref="From"/>.
/// The values here are the weakest: the environment comes first, then worker.ini, then these.
/// </summary>
public abstract class ConductorWorker
{
    /// <summary>Makes a worker.</summary>
    /// <param name="taskDefinitionNames">The task definitions; several are polled in turn, and configured by the first name.</param>
    protected ConductorWorker(params IReadOnlyList<string> taskDefinitionNames)
    {
        ArgumentNullException.ThrowIfNull(taskDefinitionNames);
        if (taskDefinitionNames.Count == 0 || taskDefinitionNames.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("A worker needs the name of a task definition.", nameof(taskDefinitionNames));
        }

        TaskDefinitionNames = taskDefinitionNames;
    }

    /// <summary>The task definitions.</summary>
    public IReadOnlyList<string> TaskDefinitionNames { get; }

    /// <summary>How long a worker without work waits at most before it asks again; default 100 ms.</summary>
    public virtual TimeSpan? PollingInterval { get; init; }

    /// <summary>The domain whose tasks it takes; default none.</summary>
    public virtual string? Domain { get; init; }

    /// <summary>What it calls itself; default the name of the machine.</summary>
    public virtual string? WorkerId { get; init; }

    /// <summary>How many tasks it runs at once; default 1.</summary>
    public virtual int? ThreadCount { get; init; }

    /// <summary>How long the server may wait for a task before it answers that there is none, at most 5 s; default 100 ms.</summary>
    public virtual TimeSpan? PollTimeout { get; init; }

    /// <summary>Whether a task definition that the server does not have is made; default no.</summary>
    public virtual bool? RegisterTaskDefinition { get; init; }

    /// <summary>Whether the server is told that a long task is alive; default yes.</summary>
    public virtual bool? ExtendLease { get; init; }

    /// <summary>Whether it asks for no tasks now; looked at before each poll.</summary>
    public virtual bool Paused => false;

    /// <summary>Runs a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancelled">The host stops and has waited long enough; what ends by it is given back to the server.</param>
    /// <returns>A <see cref="TaskResult"/>, or the output of a completed task.</returns>
    /// <exception cref="TerminalTaskException">The task failed for good. With any other exception it failed and may be tried again.</exception>
    public abstract Task<object?> ExecuteAsync(ConductorTask task, CancellationToken cancelled);

    /// <summary>Makes a worker of a function.</summary>
    /// <param name="taskDefinitionName">The task definition.</param>
    /// <param name="function">
    /// Takes the <see cref="ConductorTask"/> or its input as any other type, and a <see cref="CancellationToken"/> if it likes; gives a <see cref="TaskResult"/>
    /// or any object, which is the output, at once or as a task: <c>(ConductorTask t) => ...</c>, <c>async (Order order) => ...</c>.
    /// </param>
    /// <exception cref="ArgumentException">The function takes something else.</exception>
    public static FunctionWorker From(string taskDefinitionName, Delegate function) => new([taskDefinitionName], function);
}
