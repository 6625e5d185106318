using System.Text.Json.Serialization;

namespace Muster.Client;

/// <summary>How the delay between attempts grows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RetryKind>))]
public enum RetryKind
{
    /// <summary>Always the first delay.</summary>
    [JsonStringEnumMemberName("fixed")] Fixed,

    /// <summary>The first delay times the number of the retry.</summary>
    [JsonStringEnumMemberName("linear")] Linear,

    /// <summary>Twice the delay before.</summary>
    [JsonStringEnumMemberName("exponential")] Exponential,
}
