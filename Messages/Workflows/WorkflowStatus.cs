using System.Text.Json.Serialization;

namespace Muster.Messages.Workflows;

/// <summary>The state of a workflow, which follows from the states of its processes. The numbers stand in the store and never change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkflowStatus>))]
public enum WorkflowStatus
{
    /// <summary>Not submitted.</summary>
    [JsonStringEnumMemberName("none")] None = 0,

    /// <summary>Nothing of it has started.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting = 1,

    /// <summary>Something of it runs or has succeeded, and not all has.</summary>
    [JsonStringEnumMemberName("running")] Running = 2,

    /// <summary>All of it has succeeded.</summary>
    [JsonStringEnumMemberName("succeeded")] Succeeded = 3,

    /// <summary>Something of it has failed; the rest may still go on.</summary>
    [JsonStringEnumMemberName("failed")] Failed = 4,

    /// <summary>Something of it was cancelled and nothing has failed; the rest may still go on.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled = 5,
}
