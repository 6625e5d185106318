using System.Globalization;
using CsCheck;
using Muster.Engine.Schedules.Rules;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Schedules;

/// <summary>When a schedule runs.</summary>
public sealed class TimetableTests
{
    private static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<ScheduleSpec> Specs = Gen.Select(
        Gen.OneOf("* * * * * *", "*/7 * * * *", "30 2 * * *", "0 0 2,3 * * *", "15 1-4 * * *", "0 12 13 * 5", "0 0 1 1 *", "0 */2 * * *", "59 59 23 L * *"),
        Gen.OneOf("UTC", "Europe/Stockholm", "America/New_York", "Australia/Lord_Howe"),
        Gen.Int[0, 3], Gen.Int[0, 90_000], Gen.Int[1, 100_000],
        (cron, zone, kind, jitter, every) => kind == 0
            ? Spec(null, null) with { Every = TimeSpan.FromSeconds(every), Jitter = TimeSpan.FromSeconds(Math.Min(jitter, every)) }
            : Spec(cron, zone) with { Jitter = TimeSpan.FromMilliseconds(kind == 1 ? 0 : jitter) });

    [Theory]
    [InlineData("*/5 * * * *", null, "2026-01-01T00:05:00Z 2026-01-01T00:10:00Z")]
    [InlineData("30 */5 * * * *", null, "2026-01-01T00:00:30Z 2026-01-01T00:05:30Z")]
    [InlineData("0 0 9 ? jan-mar mon,fri", null, "2026-01-02T09:00:00Z 2026-01-05T09:00:00Z")]
    [InlineData("TZ=Europe/Stockholm 0 9 * * *", null, "2026-01-01T08:00:00Z 2026-01-02T08:00:00Z")]
    [InlineData("CRON_TZ=America/New_York 0 0 9 * * *", "America/New_York", "2026-01-01T14:00:00Z 2026-01-02T14:00:00Z")]
    [InlineData("0 9 * * *", "Asia/Tokyo", "2026-01-02T00:00:00Z 2026-01-03T00:00:00Z")]
    [InlineData("0 0 13 * fri", null, "2026-01-02T00:00:00Z 2026-01-09T00:00:00Z 2026-01-13T00:00:00Z")]
    [InlineData("0 0 */10 * fri", null, "2026-05-01T00:00:00Z 2026-07-31T00:00:00Z")]
    [InlineData("  0\t0   1  *  * ", null, "2026-02-01T00:00:00Z")]
    public void An_expression_says_its_times(string cron, string? zone, string times) => Says(Spec(cron, zone), T0, times);

    // In Stockholm 02:00 to 03:00 does not exist on 29 March, and comes twice on 25 October 2026; in New York on 8 March and 1 November, an hour later in the day of UTC.
    [Theory]
    [InlineData("30 2 * * *", "Europe/Stockholm", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z 2026-03-30T00:30:00Z")]
    [InlineData("30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", "2026-03-08T07:00:00Z 2026-03-09T06:30:00Z")]
    [InlineData("30 2 * * *", "Europe/Stockholm", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z 2026-10-26T01:30:00Z")]
    [InlineData("30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z", "2026-11-01T05:30:00Z 2026-11-02T06:30:00Z")]
    [InlineData("0 3 * * *", "Europe/Stockholm", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z 2026-03-30T01:00:00Z")]
    // Those that repeat within the day go on in real time when an hour comes twice.
    [InlineData("*/30 * * * *", "Europe/Stockholm", "2026-03-29T00:15:00Z", "2026-03-29T00:30:00Z 2026-03-29T01:00:00Z 2026-03-29T01:30:00Z")]
    [InlineData("*/30 * * * *", "Europe/Stockholm", "2026-10-24T23:45:00Z", "2026-10-25T00:00:00Z 2026-10-25T00:30:00Z 2026-10-25T01:00:00Z 2026-10-25T01:30:00Z 2026-10-25T02:00:00Z")]
    [InlineData("30 * * * *", "America/New_York", "2026-11-01T04:45:00Z", "2026-11-01T05:30:00Z 2026-11-01T06:30:00Z 2026-11-01T07:30:00Z")]
    [InlineData("20 1-3 * * *", "America/New_York", "2026-03-08T05:00:00Z", "2026-03-08T06:20:00Z 2026-03-08T07:00:00Z 2026-03-08T07:20:00Z 2026-03-09T05:20:00Z")]
    public void When_clocks_change_a_daily_time_runs_once_and_none_is_lost(string cron, string zone, string from, string times) => Says(Spec(cron, zone), Time(from), times);

    [Fact]
    public void A_period_counts_from_the_creation_or_from_its_start()
    {
        var every = Spec(null, null) with { Every = TimeSpan.FromMinutes(90) };
        Says(every, T0.AddSeconds(7), "2026-01-01T01:30:07Z 2026-01-01T03:00:07Z");
        Says(every with { Start = T0.AddDays(1) }, T0, "2026-01-02T00:00:00Z 2026-01-02T01:30:00Z");
        Says(every with { Start = T0.AddDays(-1) }, T0.AddMinutes(1), "2026-01-01T01:30:00Z 2026-01-01T03:00:00Z");
    }

    [Fact]
    public void There_is_no_slot_outside_the_window()
    {
        var daily = Spec("0 9 * * *", null) with { Start = Time("2026-01-02T09:00:00Z"), End = Time("2026-01-04T09:00:00Z") };
        Says(daily, T0, "2026-01-02T09:00:00Z 2026-01-03T09:00:00Z -");
        Says(Spec(null, null) with { Every = TimeSpan.FromHours(1), End = T0.AddHours(3) }, T0, "2026-01-01T01:00:00Z 2026-01-01T02:00:00Z -");
    }

    [Theory]
    [InlineData(null, null, null, 0, "cron", "Give 'cron' or 'every'.")]
    [InlineData("* * * * *", null, 5, 0, "every", "not both")]
    [InlineData("* * * *", null, null, 0, "cron", "this one has 4")]
    [InlineData("* * * * * * *", null, null, 0, "cron", "this one has 7")]
    [InlineData("", null, null, 0, "cron", "this one has 0")]
    [InlineData("61 * * * *", null, null, 0, "cron", "wrong")]
    [InlineData("* * 32 * 1", null, null, 0, "cron", "wrong")]
    [InlineData("H * * * *", null, null, 0, "cron", "wrong")]
    [InlineData("@hourly", null, null, 0, "cron", "this one has 1")]
    [InlineData("* * * * *", "Europe/Atlantis", null, 0, "timeZone", "no time zone 'Europe/Atlantis'")]
    [InlineData("TZ=Mars * * * * *", null, null, 0, "cron", "no time zone 'Mars'")]
    [InlineData("TZ= * * * * *", null, null, 0, "cron", "no time zone ''")]
    [InlineData("TZ=UTC * * * * *", "Europe/Oslo", null, 0, "timeZone", "Leave one of them out")]
    [InlineData("* * * * *", "../../etc/hostname", null, 0, "timeZone", "no time zone")]
    [InlineData(null, "UTC", 5, 0, "timeZone", "knows no zones")]
    [InlineData(null, null, 0, 0, "every", "at least 1 s")]
    [InlineData(null, null, 5, 6, "jitter", "at most as long")]
    [InlineData(null, null, 5, -1, "jitter", "not negative")]
    [InlineData("* * * * *", null, null, 90_000, "jitter", "at most 1 d")]
    public void What_is_wrong_is_named(string? cron, string? zone, int? every, int jitter, string field, string part)
    {
        var spec = Spec(cron, zone) with { Every = every is { } e ? TimeSpan.FromSeconds(e) : null, Jitter = TimeSpan.FromSeconds(jitter) };
        Timetable.Of(spec, T0, "s", out var fault).ShouldBeNull();
        fault.ShouldNotBeNull().Field.ShouldBe(field);
        fault.Message.ShouldContain(part);
    }

    [Fact]
    public void A_date_that_never_comes_has_no_slot() => Timetable.Of(Spec("0 0 30 2 *", null), T0, "s", out _)!.After(T0).ShouldBeNull();

    [Fact]
    public void Slots_rise_strictly_and_none_is_due_before_its_time_or_later_than_the_jitter() => Gen.Select(Specs, Gen.Int[0, 400 * 86_400]).Sample((spec, start) =>
    {
        var at = T0.AddSeconds(start);
        var timetable = Timetable.Of(spec, T0, "s", out _)!;
        for (var i = 0; i < 20; i++)
        {
            var slot = timetable.After(at).ShouldNotBeNull();
            slot.At.ShouldBeGreaterThan(at);
            slot.Due.ShouldBeInRange(slot.At, slot.At + spec.Jitter);
            timetable.After(slot.At.AddTicks(-1)).ShouldBe(slot, "Another look must see the same.");
            at = slot.At;
        }
    }, iter: 300);

    // Where the clocks go on by half an hour, 02:00 is missing and 02:30 takes its place.
    [Fact]
    public void What_was_due_where_clocks_change_is_what_would_have_come()
    {
        var timetable = Timetable.Of(Spec("0 0 2,3 * * *", "Australia/Lord_Howe"), T0, "s", out _)!;
        var first = timetable.After(Time("2026-10-02T00:00:00Z"))!.Value.At;
        var slots = new List<DateTimeOffset>();
        for (var at = timetable.After(first.AddTicks(-1)); at is { } slot && slot.At < first.AddDays(4); at = timetable.After(slot.At))
        {
            slots.Add(slot.At);
        }

        var due = timetable.Due(first, first.AddDays(4).AddTicks(-1), 100);
        due.Newest.Select(s => s.At).ShouldBe(slots);
        due.Count.ShouldBe(slots.Count);
    }

    [Fact]
    public void What_is_due_are_the_slots_one_after_the_other() => Gen.Select(Specs, Gen.Int[0, 400 * 86_400], Gen.Int[0, 40], Gen.Int[1, 8]).Sample((spec, start, steps, newest) =>
    {
        var timetable = Timetable.Of(spec, T0, "s", out _)!;
        var first = timetable.After(T0.AddSeconds(start))!.Value;
        var now = first.At;
        for (var i = 0; i < steps; i++)
        {
            now = timetable.After(now)!.Value.At;
        }

        var all = new List<Slot>();
        var next = (Slot?)first;
        for (; next!.Value.Due <= now; next = timetable.After(next.Value.At))
        {
            all.Add(next.Value);
        }

        var due = timetable.Due(first.At, now, newest);
        due.Newest.ShouldBe(all.TakeLast(newest));
        due.Count.ShouldBe(all.Count);
        due.Next.ShouldBe(next);
    }, iter: 500);

    [Fact]
    public void After_years_of_absence_the_newest_are_found_at_once()
    {
        var timetable = Timetable.Of(Spec("* * * * * *", null), T0, "s", out _)!;
        var due = timetable.Due(T0.AddSeconds(1), T0.AddYears(10), 3);
        due.Newest.Select(s => s.At).ShouldBe([T0.AddYears(10).AddSeconds(-2), T0.AddYears(10).AddSeconds(-1), T0.AddYears(10)]);
        due.Count.ShouldBeGreaterThanOrEqualTo(10_000);
        due.Next!.Value.At.ShouldBe(T0.AddYears(10).AddSeconds(1));

        var period = Timetable.Of(Spec(null, null) with { Every = TimeSpan.FromSeconds(1) }, T0, "s", out _)!;
        period.Due(T0.AddSeconds(1), T0.AddYears(10), 3).Count.ShouldBe((long)(T0.AddYears(10) - T0).TotalSeconds);
    }

    [Fact]
    public void Jitter_spreads_and_is_another_for_another_schedule()
    {
        var spec = Spec(null, null) with { Every = TimeSpan.FromHours(1), Jitter = TimeSpan.FromMinutes(30) };
        var jitters = Enumerable.Range(0, 300).Select(i => Timetable.Of(spec, T0, $"s{i % 3}", out _)!.After(T0.AddHours(i))!.Value).Select(s => (s.Due - s.At).TotalMinutes).ToList();
        jitters.Distinct().Count().ShouldBeGreaterThan(290);
        jitters.Average().ShouldBeInRange(13, 17);
        jitters.Min().ShouldBeLessThan(2);
        jitters.Max().ShouldBeGreaterThan(28);
    }

    private static ScheduleSpec Spec(string? cron, string? zone) => new() { Cron = cron, TimeZone = zone, Work = new() { Process = new ProcessSpec { Queue = "q" } } };

    private static void Says(ScheduleSpec spec, DateTimeOffset from, string times)
    {
        var timetable = Timetable.Of(spec, from, "s", out var fault);
        fault.ShouldBeNull();
        var at = from;
        foreach (var time in times.Split(' '))
        {
            var slot = timetable!.After(at);
            (slot is { } s ? s.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : "-").ShouldBe(time);
            at = slot?.At ?? at;
        }
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
