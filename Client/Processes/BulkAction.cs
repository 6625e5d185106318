using System.Text.Json.Serialization;

namespace Muster.Client;

/// <summary>What is done to many processes at once.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BulkAction>))]
public enum BulkAction
{
    /// <summary>Stop them for good.</summary>
    [JsonStringEnumMemberName("cancel")] Cancel,

    /// <summary>Start a new series of attempts on those that are final.</summary>
    [JsonStringEnumMemberName("retry")] Retry,

    /// <summary>Change their place in the queue.</summary>
    [JsonStringEnumMemberName("priority")] Priority,
}
