using Microsoft.Extensions.Time.Testing;
using Muster.Engine;
using Muster.Seed;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Schedules;

/// <summary>Slots to the millisecond, and what a restart makes up for. Each test has a store of its own, which a second seed goes on with.</summary>
public sealed class MovedScheduleTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private SeedSettings Settings => new()
    {
        Store = _folder.File("muster.db"),
        Slots = 0,
        Clock = _clock,
        Engine = new EngineOptions { Idle = TimeSpan.FromMilliseconds(50) },
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_slot_fires_at_its_time_in_memory_or_not_and_none_before()
    {
        await using var seed = await TestSeed.StartAsync(Settings);
        foreach (var fields in new[] { """ "cron":"0 6 * * *" """, """ "every":"1s" """, """ "every":"3h","jitter":"1h" """, """ "cron":"TZ=America/New_York 30 2 8 3 *" """ })
        {
            var id = $"s{fields.GetHashCode(StringComparison.Ordinal):x}";
            var next = (await seed.Api.ScheduleAsync(id, id, fields)).Time("nextAt");
            _clock.Advance(next - _clock.GetUtcNow() - TimeSpan.FromMilliseconds(1));
            // It stands in the schedule's mailbox behind what its timer may have said.
            await seed.Api.PostAsync($"/v1/schedules/{id}/resume").OkAsync();
            (await seed.Api.OfQueueAsync(id)).ShouldBeEmpty();
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await seed.Api.ScheduleUntilAsync(id, s => s.Number("fired") == 1);
            (await seed.Api.OfQueueAsync(id)).ShouldHaveSingleItem().Time("createdAt").ShouldBe(next);
            await seed.Api.SendAsync(HttpMethod.Delete, $"/v1/schedules/{id}");
        }
    }

    [Theory]
    [InlineData("last", 1, 4)]
    [InlineData("all", 5, 0)]
    [InlineData("none", 0, 5)]
    public async Task What_passed_while_nothing_ran_is_made_up_for_after_a_restart(string missed, int fired, int lost)
    {
        await using (var before = await TestSeed.StartAsync(Settings))
        {
            await before.Api.ScheduleAsync("s", "q", $$""" "every":"1h","overlap":"allow","missed":"{{missed}}" """);
        }

        _clock.Advance(TimeSpan.FromHours(5.5));
        await using var after = await TestSeed.StartAsync(Settings);
        var seen = await after.Api.ScheduleUntilAsync("s", s => s.Number("fired") == fired && s.Number("missedSlots") == lost);
        seen.Time("nextAt").ShouldBe(new DateTimeOffset(2030, 1, 1, 6, 0, 0, TimeSpan.Zero));
        (await after.Api.OfQueueAsync("q")).Count.ShouldBe(fired);
    }

    [Fact]
    public async Task A_slot_whose_work_was_submitted_but_not_noted_is_not_fired_again()
    {
        string connection;
        await using (var before = await TestSeed.StartAsync(Settings))
        {
            connection = before.Store.Sql.Connection;
            await before.Api.ScheduleAsync("s", "q", """ "every":"1h" """);
            _clock.Advance(TimeSpan.FromHours(1));
            await before.Api.ScheduleUntilAsync("s", s => s.Number("fired") == 1);
        }

        // As if it had ended between the two: the work is there, and the schedule does not know.
        await using (var database = new Microsoft.Data.Sqlite.SqliteConnection(connection))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = """
                DELETE FROM journal WHERE persistence_id = 's/default/s' AND sequence_number = (SELECT max(sequence_number) FROM journal WHERE persistence_id = 's/default/s');
                UPDATE schedule SET fired = 0, wake_at = 1 WHERE id = 's';
                """;
            (await command.ExecuteNonQueryAsync()).ShouldBe(2);
        }

        await using var after = await TestSeed.StartAsync(Settings);
        await after.Api.ScheduleUntilAsync("s", s => s.Number("fired") == 1);
        (await after.Api.OfQueueAsync("q")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_schedule_that_fires_for_long_keeps_a_short_history()
    {
        await using (var before = await TestSeed.StartAsync(Settings))
        {
            await before.Api.ScheduleAsync("s", "q", """ "every":"1s","overlap":"allow" """);
            for (var i = 1; i <= 150; i++)
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                await before.Api.ScheduleUntilAsync("s", s => s.Number("fired") == i);
            }

            await Eventually.TrueAsync(async () => (await before.Store.Journal.HistoryAsync("s/default/s")).Rows.Count < 150);
        }

        await using var after = await TestSeed.StartAsync(Settings);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await after.Api.ScheduleUntilAsync("s", s => s.Number("fired") == 151);
        (await after.Api.OfQueueAsync("q")).Count.ShouldBe(151);
    }

    [Fact]
    public async Task Arguments_run_when_the_time_is_over_in_memory_or_not_and_not_before()
    {
        await using var seed = await TestSeed.StartAsync(Settings);
        await seed.Api.PostAsync("/v1/generators", """{"id":"g","count":10,"timeout":"2h","process":{"queue":"q","func":"f"}}""").OkAsync();
        await seed.Api.PostAsync("/v1/generators/g/pack", """{"args":["a"]}""").OkAsync();
        _clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMilliseconds(1));
        (await seed.Api.PostAsync("/v1/generators/g/pack", """{"args":["b"]}""").OkAsync()).Number("waiting").ShouldBe(2);
        (await seed.Api.OfQueueAsync("q")).ShouldBeEmpty();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Eventually.SeeAsync(() => seed.Api.GetAsync("/v1/generators/g").OkAsync(), g => g.Number("fired") == 1);
        var work = (await seed.Api.OfQueueAsync("q")).ShouldHaveSingleItem();
        (await seed.Api.ProcessAsync(work.Id()))["spec"]!["args"]!.ToJsonString().ShouldBe("""["a","b"]""");
    }

    [Fact]
    public async Task Arguments_that_were_packed_before_a_restart_run_after_it_once()
    {
        await using (var before = await TestSeed.StartAsync(Settings))
        {
            await before.Api.PostAsync("/v1/generators", """{"id":"g","count":3,"timeout":"1h","process":{"queue":"q","func":"f"}}""").OkAsync();
            await before.Api.PostAsync("/v1/generators/g/pack", """{"args":[1,2,3,4,5]}""").OkAsync();
            await Eventually.SeeAsync(() => before.Api.GetAsync("/v1/generators/g").OkAsync(), g => g.Number("fired") == 1);
        }

        await using (var between = await TestSeed.StartAsync(Settings))
        {
            (await between.Api.PostAsync("/v1/generators/g/pack", """{"args":[6]}""").OkAsync()).Number("waiting").ShouldBe(3);
            await Eventually.SeeAsync(() => between.Api.GetAsync("/v1/generators/g").OkAsync(), g => g.Number("fired") == 2);
            await between.Api.PostAsync("/v1/generators/g/pack", """{"args":[7]}""").OkAsync();
        }

        _clock.Advance(TimeSpan.FromHours(3));
        await using var after = await TestSeed.StartAsync(Settings);
        await Eventually.SeeAsync(() => after.Api.GetAsync("/v1/generators/g").OkAsync(), g => g.Number("fired") == 3);
        var args = new List<string>();
        foreach (var work in await after.Api.OfQueueAsync("q"))
        {
            args.Add((await after.Api.ProcessAsync(work.Id()))["spec"]!["args"]!.ToJsonString());
        }

        args.ShouldBe(["[1,2,3]", "[4,5,6]", "[7]"]);
    }
}
