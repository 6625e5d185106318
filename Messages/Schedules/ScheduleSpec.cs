using System.Text.Json;

namespace Muster.Messages.Schedules;

/// <summary>When what is run. Either <see cref="Cron"/> or <see cref="Every"/> is set.</summary>
public sealed record ScheduleSpec
{
    /// <summary>The label that work carries which a schedule has fired; its value is the id of the schedule.</summary>
    public const string Label = "muster.schedule";

    /// <summary>A cron expression of 5 or 6 fields (with seconds first), after an optional <c>TZ=zone</c> or <c>CRON_TZ=zone</c>.</summary>
    public string? Cron { get; init; }

    /// <summary>The IANA name of the zone that the expression is read in; UTC without.</summary>
    public string? TimeZone { get; init; }

    /// <summary>A fixed period, from <see cref="Start"/> or else from the creation.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Each slot runs later by a time of its own between zero and this; default zero.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>There are no slots before this time.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>There are no slots at or after this time.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>What happens to a slot while the work of the one before is not final; default: it does not run.</summary>
    public OverlapPolicy Overlap { get; init; }

    /// <summary>How many slots wait at the most under <see cref="OverlapPolicy.Queue"/>; default 1.</summary>
    public int MaxQueued { get; init; } = 1;

    /// <summary>What happens to slots that passed while nothing could run them; default: the last one runs.</summary>
    public MissedPolicy Missed { get; init; }

    /// <summary>How many slots run late at the most under <see cref="MissedPolicy.All"/>; default 100.</summary>
    public int MissedLimit { get; init; } = 100;

    /// <summary>Whether the outputs of the work before are the input of the next, as one list.</summary>
    public bool PassPrevious { get; init; }

    /// <summary>What is run.</summary>
    public required WorkTemplate Work { get; init; }

    /// <summary>What a dialect keeps for its own clients; the engine does not look into it.</summary>
    public JsonElement? Extra { get; init; }
}
