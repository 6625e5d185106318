using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Cronos;

namespace Muster.Engine.Schedules.Rules;

/// <summary>The times of a cron expression in a zone.</summary>
/// <remarks>
/// Fields are minute, hour, day of month, month, day of week, with seconds before them when there are six. As in every crontab, days match when either of
/// the two fields of days does, unless one of them begins with <c>*</c> or is <c>?</c>; then both must.
/// When clocks go forward, what falls into the hour that is left out comes once, at the end of the gap. When they go back, a time in the hour that comes
/// twice is taken the first time only; an expression that repeats within the day (<c>*</c>, a range or a step in seconds, minutes or hours) goes on in real
/// time instead, and has times in both passes of that hour.
/// </remarks>
internal sealed class CronTimes
{
    private static readonly string[] ZonePrefixes = ["TZ=", "CRON_TZ="];

    // A day may match by its number or by its name; two expressions say so.
    private readonly ImmutableArray<CronExpression> _either;
    private readonly TimeZoneInfo _zone;

    private CronTimes(ImmutableArray<CronExpression> either, TimeZoneInfo zone)
    {
        _either = either;
        _zone = zone;
    }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The expression, after an optional zone.</param>
    /// <param name="zone">The zone, unless the expression has one.</param>
    /// <param name="fault">What is wrong.</param>
    public static CronTimes? Of(string text, string? zone, out SpecFault? fault)
    {
        var fields = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var prefix = fields.Length > 0 ? ZonePrefixes.FirstOrDefault(p => fields[0].StartsWith(p, StringComparison.Ordinal)) : null;
        if (prefix is not null)
        {
            var named = fields[0][prefix.Length..];
            if (zone is not null && zone != named)
            {
                fault = new SpecFault("timeZone", $"The expression names the zone '{named}' and 'timeZone' is '{zone}'. Leave one of them out.");
                return null;
            }

            zone = named;
            fields = fields[1..];
        }

        fault = null;
        if (!TryZone(zone, out var found))
        {
            fault = new SpecFault(prefix is null ? "timeZone" : "cron", $"There is no time zone '{zone}' here. Use an IANA name like Europe/Stockholm or UTC.");
            return null;
        }

        if (fields.Length is not (5 or 6))
        {
            fault = new SpecFault("cron", $"A cron expression has 5 fields (minute hour day month weekday), or 6 with seconds before them; this one has {fields.Length}.");
            return null;
        }

        try
        {
            return new CronTimes([.. Expressions(fields)], found);
        }
        catch (Exception e) when (e is CronFormatException or MissingSeedException)
        {
            fault = new SpecFault("cron", $"The cron expression is wrong: {e.Message}");
            return null;
        }
    }

    /// <summary>The first time after another; null when none comes.</summary>
    public DateTimeOffset? After(DateTimeOffset time)
    {
        DateTimeOffset? first = null;
        foreach (var expression in _either)
        {
            if (expression.GetNextOccurrence(time, _zone) is { } next && !(first <= next))
            {
                first = next;
            }
        }

        return first?.ToUniversalTime();
    }

    /// <summary>The last time before another; null when there is none.</summary>
    public DateTimeOffset? Before(DateTimeOffset time)
    {
        // Where clocks change, looking back can see other times than looking forward. What counts is what comes, looking forward.
        var last = Previous(time);
        while (last is { } at && After(at - TimeSpan.FromTicks(1)) != at)
        {
            last = Previous(at);
        }

        for (var next = last is { } from ? After(from) : null; next < time; next = After(next.Value))
        {
            last = next;
        }

        return last;
    }

    private DateTimeOffset? Previous(DateTimeOffset time)
    {
        DateTimeOffset? last = null;
        foreach (var expression in _either)
        {
            if (expression.GetPreviousOccurrence(time, _zone) is { } previous && !(last >= previous))
            {
                last = previous;
            }
        }

        return last?.ToUniversalTime();
    }

    private static IEnumerable<CronExpression> Expressions(string[] fields)
    {
        var days = fields.Length - 3;
        var weekdays = fields.Length - 1;
        // Read whole, so that a mistake in any field is found.
        var both = Read(fields);
        return IsOpen(fields[days]) || IsOpen(fields[weekdays]) ? [both] : [Read(With(weekdays)), Read(With(days))];

        string[] With(int open) => [.. fields.Select((f, i) => i == open ? "*" : f)];

        CronExpression Read(string[] parts) => CronExpression.Parse(string.Join(' ', parts), parts.Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
    }

    private static bool IsOpen(string field) => field[0] is '*' or '?';

    private static bool TryZone(string? name, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        zone = TimeZoneInfo.Utc;
        // The names are those of files; nothing else may be looked for.
        return name is null || (name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '+' or '-') && name.Length > 0 && name[0] != '/' && TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone));
    }
}
