using System.Text.Json.Serialization;

namespace Muster.Messages.Schedules;

/// <summary>What happens to slots that passed while nothing could run them. What passed in a pause never runs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MissedPolicy>))]
public enum MissedPolicy
{
    /// <summary>The last of them runs.</summary>
    [JsonStringEnumMemberName("last")] Last,

    /// <summary>They do not run.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>All of them run, but the newest <see cref="ScheduleSpec.MissedLimit"/> at the most.</summary>
    [JsonStringEnumMemberName("all")] All,
}
