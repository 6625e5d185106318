using System.Text.Json.Serialization;

namespace Muster.Messages.Processes;

/// <summary>What happens to a process whose concurrency key is taken.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConflictPolicy>))]
public enum ConflictPolicy
{
    /// <summary>It waits its turn.</summary>
    [JsonStringEnumMemberName("queue")] Queue,

    /// <summary>It fails, with the reason.</summary>
    [JsonStringEnumMemberName("reject")] Reject,

    /// <summary>The older ones with the same key are cancelled.</summary>
    [JsonStringEnumMemberName("replace")] Replace,
}
