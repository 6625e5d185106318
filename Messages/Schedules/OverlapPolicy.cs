using System.Text.Json.Serialization;

namespace Muster.Messages.Schedules;

/// <summary>What happens to a slot that comes while the work of the one before is not final.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OverlapPolicy>))]
public enum OverlapPolicy
{
    /// <summary>It does not run.</summary>
    [JsonStringEnumMemberName("skip")] Skip,

    /// <summary>It runs when that work is final; only some wait, see <see cref="ScheduleSpec.MaxQueued"/>.</summary>
    [JsonStringEnumMemberName("queue")] Queue,

    /// <summary>It runs beside it.</summary>
    [JsonStringEnumMemberName("allow")] Allow,
}
