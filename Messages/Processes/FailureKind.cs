using System.Text.Json.Serialization;

namespace Muster.Messages.Processes;

/// <summary>What made a process fail for good.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FailureKind>))]
public enum FailureKind
{
    /// <summary>Not known: it failed under a version that did not keep it.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,

    /// <summary>Its last attempt said that it failed.</summary>
    [JsonStringEnumMemberName("attempt")] Attempt,

    /// <summary>No worker took it within max wait.</summary>
    [JsonStringEnumMemberName("maxWait")] MaxWait,

    /// <summary>Its last attempt ran longer than max exec.</summary>
    [JsonStringEnumMemberName("maxExec")] MaxExec,

    /// <summary>Its last attempt was silent for a whole lease.</summary>
    [JsonStringEnumMemberName("leaseLost")] LeaseLost,

    /// <summary>The worker of its last attempt was lost.</summary>
    [JsonStringEnumMemberName("workerLost")] WorkerLost,

    /// <summary>Its deadline passed.</summary>
    [JsonStringEnumMemberName("deadline")] Deadline,

    /// <summary>A parent failed.</summary>
    [JsonStringEnumMemberName("parent")] Parent,

    /// <summary>Its queue refused it.</summary>
    [JsonStringEnumMemberName("rejected")] Rejected,

    /// <summary>Somebody ended it as failed, for instance its workflow.</summary>
    [JsonStringEnumMemberName("aborted")] Aborted,
}
