using System.Text.Json.Serialization;

namespace Muster.Client;

/// <summary>What happens to a process whose concurrency key is taken.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConflictPolicy>))]
public enum ConflictPolicy
{
    /// <summary>It waits until the key is free.</summary>
    [JsonStringEnumMemberName("queue")] Queue,

    /// <summary>It fails.</summary>
    [JsonStringEnumMemberName("reject")] Reject,

    /// <summary>The older one is cancelled.</summary>
    [JsonStringEnumMemberName("replace")] Replace,
}
