using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Shouldly;

namespace Muster.Tests.Client;

public sealed class StopTests : WorkerTest
{
    private readonly TaskCompletionSource _running = new();
    private readonly TaskCompletionSource _go = new();

    [Fact]
    public async Task A_handler_that_ends_within_the_grace_period_delivers_its_result_and_no_work_is_taken_meanwhile()
    {
        await StartAsync(w => w.Handle("f", async context =>
        {
            _running.SetResult();
            await _go.Task;
            return JsonSerializer.SerializeToElement(context.Cancelled.IsCancellationRequested);
        }));
        Gateway.Give("p");
        await _running.Task.WaitAsync(Patience.Limit);
        await Gateway.SawAsync("POST /v1/assign", 2);

        var stop = StopAsync();
        await Gateway.SawAsync("POST /v1/assign", 3);
        Gateway.Give("too-late");
        _go.SetResult();
        await stop.WaitAsync(Patience.Limit);

        Gateway.Said("complete").ShouldHaveSingleItem().GetProperty("result").GetBoolean().ShouldBeFalse();
        Gateway.Said("release").ShouldBeEmpty();
        Gateway.All("POST /v1/assign").Count.ShouldBe(3);
    }

    [Fact]
    public async Task After_the_grace_period_handlers_are_cancelled_and_their_attempts_given_back()
    {
        var clock = new FakeTimeProvider();
        await StartAsync(w => w.Handle("f", async context =>
        {
            _running.SetResult();
            await Task.Delay(Timeout.Infinite, context.Cancelled);
            return null;
        }), clock: clock);
        Gateway.Give("p");
        await _running.Task.WaitAsync(Patience.Limit);
        await Gateway.SawAsync("POST /v1/assign", 2);
        var began = clock.GetTimestamp();

        await clock.RunUntilAsync(StopAsync());

        clock.GetElapsedTime(began).ShouldBeInRange(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(26));
        Gateway.Said("release").ShouldHaveSingleItem().GetProperty("id").GetString().ShouldBe("p");
        Gateway.Said("fail").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_handler_that_does_not_listen_is_given_back_without_it()
    {
        var clock = new FakeTimeProvider();
        await StartAsync(w => w.Handle("f", async _ =>
        {
            _running.SetResult();
            await _go.Task;
            return null;
        }), clock: clock);
        Gateway.Give("p");
        await _running.Task.WaitAsync(Patience.Limit);

        await clock.RunUntilAsync(StopAsync());
        _go.SetResult();

        Gateway.Said("release").ShouldHaveSingleItem();
        Gateway.Said("complete").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_checkpoint_can_still_be_left_when_the_worker_stops()
    {
        await StartAsync(
            w => w.Handle("f", async context =>
            {
                _running.SetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, context.Cancelled);
                }
                finally
                {
                    await context.CheckpointAsync(JsonSerializer.SerializeToElement(5));
                }

                return null;
            }),
            o => o.StopGrace = TimeSpan.Zero);
        Gateway.Give("p");
        await _running.Task.WaitAsync(Patience.Limit);

        await StopAsync();

        Gateway.Said("heartbeat").ShouldHaveSingleItem().GetProperty("checkpoint").GetInt32().ShouldBe(5);
        Gateway.Said("release").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_was_assigned_to_a_poll_that_the_stop_cut_off_is_given_back()
    {
        var runs = 0;
        Gateway.On("POST /v1/assign", async seen =>
        {
            if (seen.Body.GetProperty("wait").GetDouble() > 0)
            {
                await Task.Delay(Timeout.Infinite, seen.Gone).ContinueWith(_ => { }, TaskScheduler.Default);
                return Answer.Lost;
            }

            return Answer.Ok(new { assignments = new[] { new { id = "p", attempt = 3, func = "f", lease = 60 } } });
        });
        await StartAsync(w => w.Handle("f", _ =>
        {
            runs++;
            return Task.FromResult<JsonElement?>(null);
        }));
        await Gateway.SawAsync("POST /v1/assign");

        await StopAsync();

        var polls = Gateway.All("POST /v1/assign");
        polls.Count.ShouldBe(2);
        polls[1].Text("requestId").ShouldBe(polls[0].Text("requestId"));
        Gateway.Said("release").ShouldHaveSingleItem().GetProperty("attempt").GetInt32().ShouldBe(3);
        runs.ShouldBe(0);
    }

    [Fact]
    public async Task A_stop_delivers_what_is_still_on_its_way()
    {
        Gateway.First(WorkGateway.Of("complete"), Answer.Problem(503), Answer.Problem(503), Answer.Problem(503));
        await StartAsync(w => w.Handle("f", context =>
        {
            context.Log("last words");
            return Task.FromResult<JsonElement?>(null);
        }));
        Gateway.Give("p");
        await Gateway.SawAsync(WorkGateway.Of("complete"));

        await StopAsync();

        Gateway.All(WorkGateway.Of("complete")).Count.ShouldBe(4);
        Gateway.Said("logs").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_stop_ends_also_when_the_gateway_is_gone()
    {
        var clock = new FakeTimeProvider();
        await StartAsync(w => w.Handle("f", _ => Task.FromResult<JsonElement?>(null)), clock: clock);
        Gateway.On(WorkGateway.Of("complete"), Answer.Problem(503));
        Gateway.Give("p");
        await Gateway.SawAsync(WorkGateway.Of("complete"));
        await Gateway.StopAsync();
        var began = clock.GetTimestamp();

        await clock.RunUntilAsync(StopAsync());

        clock.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }
}
