using System.Text.Json.Serialization;

namespace Muster.Messages.Deployments;

/// <summary>Whether an instance that ended by itself is started again.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RestartKind>))]
public enum RestartKind
{
    /// <summary>Always.</summary>
    [JsonStringEnumMemberName("always")] Always,

    /// <summary>Unless it ended with exit code 0.</summary>
    [JsonStringEnumMemberName("on-failure")] OnFailure,

    /// <summary>Never.</summary>
    [JsonStringEnumMemberName("never")] Never,
}
