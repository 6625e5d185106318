using System.Text.Json.Serialization;

namespace Muster.Workers.Conductor;

/// <summary>What a worker says of a task.</summary>
public enum TaskResultStatus
{
    /// <summary>It is done.</summary>
    [JsonStringEnumMemberName("COMPLETED")]
    Completed,

    /// <summary>It failed; the server may try it again.</summary>
    [JsonStringEnumMemberName("FAILED")]
    Failed,

    /// <summary>It failed and is not to be tried again.</summary>
    [JsonStringEnumMemberName("FAILED_WITH_TERMINAL_ERROR")]
    FailedWithTerminalError,

    /// <summary>It is given back; the server hands it out again after <see cref="TaskResult.CallbackAfterSeconds"/>.</summary>
    [JsonStringEnumMemberName("IN_PROGRESS")]
    InProgress,
}
