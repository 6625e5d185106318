using System.Text.Json.Serialization;

namespace Muster.Client;

/// <summary>The state of a process.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProcessStatus>))]
public enum ProcessStatus
{
    /// <summary>Waits for its parents, a start time or a retry delay.</summary>
    [JsonStringEnumMemberName("blocked")] Blocked = 1,

    /// <summary>Stands in its queue.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting = 2,

    /// <summary>An attempt holds it.</summary>
    [JsonStringEnumMemberName("running")] Running = 3,

    /// <summary>Final: an attempt completed it.</summary>
    [JsonStringEnumMemberName("succeeded")] Succeeded = 4,

    /// <summary>Final: retries used up, a limit reached, or failed for good.</summary>
    [JsonStringEnumMemberName("failed")] Failed = 5,

    /// <summary>Final: somebody cancelled it.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled = 6,
}
