namespace Muster.Workers.Conductor;

/// <summary>What became of a task. Ids and worker id are filled in by the host.</summary>
public sealed record TaskResult
{
    /// <summary>The task; the host sets it.</summary>
    public string TaskId { get; init; } = "";

    /// <summary>Its workflow; the host sets it.</summary>
    public string WorkflowInstanceId { get; init; } = "";

    /// <summary>Who did it; the host sets it when it is null.</summary>
    public string? WorkerId { get; init; }

    /// <summary>How it ended; default completed.</summary>
    public TaskResultStatus Status { get; init; } = TaskResultStatus.Completed;

    /// <summary>Why it did not end well.</summary>
    public string? ReasonForIncompletion { get; init; }

    /// <summary>The output: anything that becomes a JSON object. Anything else the host puts under the name <c>result</c>.</summary>
    public object? OutputData { get; init; }

    /// <summary>Lines for the log of the task; servers keep about ten of one result.</summary>
    public IReadOnlyList<TaskLog>? Logs { get; init; }

    /// <summary>With <see cref="TaskResultStatus.InProgress"/>: how many seconds until the task is handed out again; default 0.</summary>
    public int CallbackAfterSeconds { get; init; }

    /// <summary>Only a sign of life: the server looks at nothing else. The host sends these by itself.</summary>
    public bool ExtendLease { get; init; }

    /// <summary>It is done.</summary>
    public static TaskResult Completed(object? output = null) => new() { OutputData = output };

    /// <summary>It failed; the server may try it again.</summary>
    public static TaskResult Failed(string reason) => new() { Status = TaskResultStatus.Failed, ReasonForIncompletion = reason };

    /// <summary>It failed and is not to be tried again.</summary>
    public static TaskResult FailedForGood(string reason) => new() { Status = TaskResultStatus.FailedWithTerminalError, ReasonForIncompletion = reason };

    /// <summary>It goes on later, here or elsewhere.</summary>
    /// <param name="after">How long until then, in whole seconds.</param>
    /// <param name="output">What the next hand-out finds as <see cref="ConductorTask.OutputData"/>.</param>
    public static TaskResult InProgress(TimeSpan after, object? output = null) =>
        new() { Status = TaskResultStatus.InProgress, CallbackAfterSeconds = (int)Math.Ceiling(after.TotalSeconds), OutputData = output };
}
