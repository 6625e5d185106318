using System.Text.Json.Serialization;

namespace Muster.Messages.Processes;

/// <summary>How an attempt ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttemptOutcome>))]
public enum AttemptOutcome
{
    /// <summary>The worker said it failed.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>It ran longer than max exec.</summary>
    [JsonStringEnumMemberName("maxExec")] MaxExec,

    /// <summary>No heartbeat for a whole lease.</summary>
    [JsonStringEnumMemberName("leaseLost")] LeaseLost,

    /// <summary>Its worker or node is gone.</summary>
    [JsonStringEnumMemberName("workerLost")] WorkerLost,

    /// <summary>Given back: released, drained, never delivered, or its executor was removed. Not counted.</summary>
    [JsonStringEnumMemberName("released")] Released,

    /// <summary>The process was cancelled.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>The process reached its deadline.</summary>
    [JsonStringEnumMemberName("deadline")] Deadline,

    /// <summary>The process was failed from outside: something else of its workflow has failed.</summary>
    [JsonStringEnumMemberName("aborted")] Aborted,
}
