using System.Text.Json.Serialization;

namespace Muster.Messages.Deployments;

/// <summary>How instances of an older revision are replaced.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UpdateKind>))]
public enum UpdateKind
{
    /// <summary>Some at a time, each gone only when a new one is healthy, within the bounds of the policy.</summary>
    [JsonStringEnumMemberName("rolling")] Rolling,

    /// <summary>All old ones end before a new one begins.</summary>
    [JsonStringEnumMemberName("recreate")] Recreate,
}
