using System.Text.Json.Serialization;

namespace Muster.Messages.Processes;

/// <summary>How the delay between retries grows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RetryKind>))]
public enum RetryKind
{
    /// <summary>The same delay every time.</summary>
    [JsonStringEnumMemberName("fixed")] Fixed,

    /// <summary>The delay times the number of the retry.</summary>
    [JsonStringEnumMemberName("linear")] Linear,

    /// <summary>The delay doubled with every retry.</summary>
    [JsonStringEnumMemberName("exponential")] Exponential,
}
