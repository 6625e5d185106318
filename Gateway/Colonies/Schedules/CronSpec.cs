using Muster.Gateway.Colonies.Wire;
using Muster.Messages.Schedules;
using Muster.Persistence;

namespace Muster.Gateway.Colonies.Schedules;

/// <summary>A cron of the dialect as a schedule of the engine. Pure but for the time zone of the server.</summary>
internal static class CronSpec
{
    private const int Fields = 6;

    /// <summary>The schedule of a cron; the same name is the same schedule.</summary>
    public static ScheduleId IdOf(string colony, string name) => new(colony, NamedWork.IdOf("cron", colony, name));

    /// <summary>When a cron runs what. What clients said is kept with it and given out again.</summary>
    /// <exception cref="ColoniesException">It is wrong.</exception>
    public static ScheduleSpec Of(CronWire wire, IStore store)
    {
        if (wire.Interval == 0 || wire.Interval < -1)
        {
            throw new ColoniesException(400, "The interval is a number of seconds, or -1 for a cron expression.");
        }

        var isExpression = wire.Interval == -1;
        if (isExpression && (wire.Random || Parts(wire.CronExpression) != Fields))
        {
            throw new ColoniesException(400, wire.Random
                ? "A cron with an expression cannot be random; give it an interval."
                : $"'{wire.CronExpression}' is no cron expression of {Fields} fields: second, minute, hour, day, month, day of the week.");
        }

        return new ScheduleSpec
        {
            Cron = isExpression ? wire.CronExpression : null,
            // The expression is read in the zone of the server, unless it names one.
            TimeZone = isExpression && !wire.CronExpression.Contains("TZ=", StringComparison.Ordinal) ? TimeZoneInfo.Local.Id : null,
            Every = isExpression ? null : TimeSpan.FromSeconds(wire.Interval),
            Jitter = wire.Random ? TimeSpan.FromSeconds(wire.Interval) : TimeSpan.Zero,
            Overlap = wire.WaitForPrevProcessGraph ? OverlapPolicy.Queue : OverlapPolicy.Allow,
            PassPrevious = true,
            Work = new WorkTemplate { Workflow = NamedWork.Workflow(wire.WorkflowSpec, wire.ColonyName, store) },
            Extra = ColoniesJson.Element(wire),
        };
    }

    private static int Parts(string expression) =>
        expression.Split(' ', StringSplitOptions.RemoveEmptyEntries).Count(f => !f.StartsWith("TZ=", StringComparison.Ordinal) && !f.StartsWith("CRON_TZ=", StringComparison.Ordinal));
}
