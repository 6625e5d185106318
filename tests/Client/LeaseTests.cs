using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Shouldly;

namespace Muster.Tests.Client;

public sealed class LeaseTests : WorkerTest
{
    private readonly TaskCompletionSource _running = new();
    private readonly TaskCompletionSource _cancelled = new();

    [Fact]
    public async Task Heartbeats_come_every_third_of_the_lease_together_for_all_attempts()
    {
        var clock = new FakeTimeProvider();
        var running = new CountdownEvent(3);
        var go = new TaskCompletionSource();
        await StartAsync(w => w.Handle("f", async _ =>
        {
            running.Signal();
            await go.Task;
            return null;
        }), clock: clock);
        foreach (var id in new[] { "a", "b", "c" })
        {
            Gateway.Give(id, lease: 60);
        }

        await Task.Run(() => running.Wait(Patience.Limit));
        var began = clock.GetTimestamp();
        await clock.RunUntilAsync(Gateway.SawAsync(WorkGateway.Of("heartbeat"), 2));

        clock.GetElapsedTime(began).ShouldBeInRange(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(45));
        Gateway.All(WorkGateway.Of("heartbeat")).ShouldAllBe(seen => WorkGateway.Items(seen).Count() == 3);
        go.SetResult();
        await Gateway.HeardAsync("complete", 3);
    }

    [Fact]
    public async Task A_cancelled_process_ends_its_handler_and_nothing_more_is_said()
    {
        Gateway.On(WorkGateway.Of("heartbeat"), seen => WorkGateway.Each(seen, _ => new { status = 200, cancel = true }));

        await CancelledAsync(new FakeTimeProvider());
        NothingSaid();
    }

    [Theory]
    [InlineData(409)]
    [InlineData(404)]
    public async Task An_attempt_that_is_over_ends_its_handler_and_nothing_more_is_said(int status)
    {
        Gateway.On(WorkGateway.Of("heartbeat"), seen => WorkGateway.Each(seen, _ => new { status, problem = new { detail = "over" } }));

        await CancelledAsync(new FakeTimeProvider());
        NothingSaid();
    }

    [Fact]
    public async Task The_answer_to_a_log_line_cancels_as_well()
    {
        Gateway.On(WorkGateway.Of("logs"), seen => WorkGateway.Each(seen, _ => new { status = 200, cancel = true }));

        await CancelledAsync(new FakeTimeProvider(), log: "started");
        NothingSaid();
    }

    [Fact]
    public async Task A_handler_whose_heartbeats_stay_unanswered_for_a_whole_lease_is_ended_and_not_before()
    {
        var clock = new FakeTimeProvider();
        Gateway.On(WorkGateway.Of("heartbeat"), Answer.Problem(503));
        await StartAsync(w => w.Handle("f", UntilCancelledAsync), clock: clock);
        Gateway.Give("p", lease: 30);
        await _running.Task.WaitAsync(Patience.Limit);
        var began = clock.GetTimestamp();

        await clock.RunUntilAsync(_cancelled.Task);

        clock.GetElapsedTime(began).ShouldBeInRange(TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(33));
        Gateway.All(WorkGateway.Of("heartbeat")).Count.ShouldBeGreaterThan(2);

        // Given back, so that somebody else need not wait for the lease to run out.
        await clock.RunUntilAsync(Gateway.HeardAsync("release"));
    }

    [Fact]
    public async Task One_answered_heartbeat_keeps_the_lease_for_another_whole_lease()
    {
        var clock = new FakeTimeProvider();
        var answered = 0L;
        Gateway.On(WorkGateway.Of("heartbeat"), seen =>
        {
            if (answered > 0)
            {
                return Answer.Problem(503);
            }

            answered = clock.GetTimestamp();
            return WorkGateway.Each(seen, _ => new { status = 200 });
        });
        await StartAsync(w => w.Handle("f", UntilCancelledAsync), clock: clock);
        Gateway.Give("p", lease: 30);
        await _running.Task.WaitAsync(Patience.Limit);

        await clock.RunUntilAsync(_cancelled.Task);

        clock.GetElapsedTime(answered).ShouldBeInRange(TimeSpan.FromSeconds(28), TimeSpan.FromSeconds(33));
    }

    [Fact]
    public async Task A_checkpoint_is_durable_when_its_task_ends_and_comes_with_the_next_attempt()
    {
        Gateway.First(WorkGateway.Of("heartbeat"), Answer.Problem(503), Answer.Lost);
        await StartAsync(w => w.Handle("f", async context =>
        {
            await context.CheckpointAsync(JsonSerializer.SerializeToElement(new { frame = 8 }));
            return context.Checkpoint;
        }));
        Gateway.Give("p", attempt: 2, checkpoint: new { frame = 7 });

        (await Gateway.HeardAsync("complete"))[0].GetProperty("result").GetRawText().ShouldBe("""{"frame":7}""");
        Gateway.Said("heartbeat").Select(item => item.GetProperty("checkpoint").GetRawText()).ShouldBe(Enumerable.Repeat("""{"frame":8}""", 3));
    }

    [Fact]
    public async Task A_checkpoint_that_is_too_large_or_refused_is_an_exception()
    {
        Gateway.On(WorkGateway.Of("heartbeat"), seen => WorkGateway.Each(seen, item => new { status = item.TryGetProperty("checkpoint", out _) ? 400 : 200 }));
        await StartAsync(w => w.Handle("f", async context =>
        {
            var large = await Should.ThrowAsync<ArgumentException>(() => context.CheckpointAsync(JsonSerializer.SerializeToElement(new string('x', 70_000))));
            var refused = await Should.ThrowAsync<Muster.Client.MusterException>(() => context.CheckpointAsync(JsonSerializer.SerializeToElement(1)));
            return JsonSerializer.SerializeToElement($"{large.ParamName} {(int)refused.Status!}");
        }));
        Gateway.Give("p");

        (await Gateway.HeardAsync("complete"))[0].GetProperty("result").GetString().ShouldBe("checkpoint 400");
    }

    // Stopping is part of it: what was on its way would be said by then.
    private async Task CancelledAsync(FakeTimeProvider clock, string? log = null)
    {
        await StartAsync(
            w => w.Handle("f", context =>
            {
                if (log is not null)
                {
                    context.Log(log);
                }

                return UntilCancelledAsync(context);
            }),
            clock: clock);
        Gateway.Give("p", lease: 60);
        await _running.Task.WaitAsync(Patience.Limit);
        await clock.RunUntilAsync(Gateway.SawAsync(WorkGateway.Of(log is null ? "heartbeat" : "logs")));
        await _cancelled.Task.WaitAsync(Patience.Limit);
        await clock.RunUntilAsync(StopAsync());
    }

    private async Task<JsonElement?> UntilCancelledAsync(Muster.Client.Handlers.IProcessContext context)
    {
        _running.SetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, context.Cancelled);
        }
        finally
        {
            _cancelled.SetResult();
        }

        return null;
    }

    private void NothingSaid()
    {
        Gateway.Said("complete").ShouldBeEmpty();
        Gateway.Said("fail").ShouldBeEmpty();
        Gateway.Said("release").ShouldBeEmpty();
    }
}
