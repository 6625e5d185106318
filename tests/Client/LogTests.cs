using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Shouldly;

namespace Muster.Tests.Client;

public sealed class LogTests : WorkerTest
{
    [Fact]
    public async Task Lines_come_in_order_numbered_without_gaps_and_before_the_end_of_the_attempt()
    {
        var early = -1;
        Gateway.On(WorkGateway.Of("complete"), seen =>
        {
            early = Lines().Count;
            return WorkGateway.Each(seen, _ => new { status = 200 });
        });
        await StartAsync(w => w.Handle("f", context =>
        {
            for (var i = 0; i < 2500; i++)
            {
                context.Log($"line {i}", i % 2 == 0 ? "stdout" : "stderr");
            }

            return Task.FromResult<JsonElement?>(null);
        }));
        Gateway.Give("p");
        await Gateway.HeardAsync("complete");
        await StopAsync();

        early.ShouldBe(2500);
        Lines().Select(line => line.GetProperty("sequence").GetInt64()).ShouldBe(Enumerable.Range(1, 2500).Select(i => (long)i));
        Lines().Select(line => line.GetProperty("text").GetString()).ShouldBe(Enumerable.Range(0, 2500).Select(i => $"line {i}"));
        Lines()[1].GetProperty("stream").GetString().ShouldBe("stderr");
        Gateway.All(WorkGateway.Of("logs")).Count.ShouldBeInRange(5, 50);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(0)]
    public async Task Lines_that_were_not_taken_are_sent_again_with_the_same_numbers(int status)
    {
        Gateway.First(WorkGateway.Of("logs"), status == 0 ? Answer.Lost : Answer.Problem(status));
        await StartAsync(w => w.Handle("f", context =>
        {
            context.Log("only");
            return Task.FromResult<JsonElement?>(null);
        }));
        Gateway.Give("p");
        await Gateway.HeardAsync("complete");

        Lines().Select(line => line.GetRawText()).Distinct().ShouldHaveSingleItem();
        Lines().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Lines_of_several_attempts_share_a_request_after_a_while()
    {
        var clock = new FakeTimeProvider();
        var logged = new CountdownEvent(3);
        var go = new TaskCompletionSource();
        await StartAsync(
            w => w.Handle("f", async context =>
            {
                context.Log(context.ProcessId);
                logged.Signal();
                await go.Task;
                return null;
            }),
            o => o.LogInterval = TimeSpan.FromSeconds(1),
            clock);
        foreach (var id in new[] { "a", "b", "c" })
        {
            Gateway.Give(id);
        }

        await Task.Run(() => logged.Wait(Patience.Limit));
        Gateway.All(WorkGateway.Of("logs")).ShouldBeEmpty();
        await clock.RunUntilAsync(Gateway.SawAsync(WorkGateway.Of("logs")));

        Gateway.Said("logs").Select(item => item.GetProperty("id").GetString()).Order().ShouldBe(["a", "b", "c"]);
        go.SetResult();
    }

    [Fact]
    public async Task Text_of_many_or_long_lines_is_cut_into_lines_that_the_gateway_takes()
    {
        await StartAsync(w => w.Handle("f", context =>
        {
            context.Log("one\r\n\nthree\n");
            context.Log(new string('é', 10_000) + "😀");
            return Task.FromResult<JsonElement?>(null);
        }));
        Gateway.Give("p");
        await Gateway.HeardAsync("complete");

        var texts = Lines().Select(line => line.GetProperty("text").GetString()!).ToList();
        texts.Take(3).ShouldBe(["one", "", "three"]);
        string.Concat(texts.Skip(3)).ShouldBe(new string('é', 10_000) + "😀");
        texts.ShouldAllBe(text => System.Text.Encoding.UTF8.GetByteCount(text) <= 16 * 1024);
    }

    [Fact]
    public async Task Lines_that_are_refused_for_good_do_not_hold_back_the_result()
    {
        Gateway.On(WorkGateway.Of("logs"), seen => WorkGateway.Each(seen, _ => new { status = 400 }));
        await StartAsync(w => w.Handle("f", context =>
        {
            context.Log("bad");
            return Task.FromResult<JsonElement?>(null);
        }));
        Gateway.Give("p");

        await Gateway.HeardAsync("complete");
        Gateway.Said("logs").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_last_progress_is_told_before_the_end_and_keeps_what_was_left_out()
    {
        Gateway.On("POST /v1/processes/p/attempts/1/progress", Answer.Problem(503), Answer.Ok(new { cancel = false }));
        await StartAsync(w => w.Handle("f", context =>
        {
            context.Progress(0.25, "reading");
            context.Progress(0.5);
            return Task.FromResult<JsonElement?>(null);
        }));
        Gateway.Give("p");
        await Gateway.HeardAsync("complete");

        var told = Gateway.All("POST /v1/processes/p/attempts/1/progress");
        told[^1].Body.GetRawText().ShouldBe("""{"fraction":0.5,"message":"reading"}""");
        told[^1].Query["namespace"].ToString().ShouldBe("default");
    }

    private List<JsonElement> Lines() => [.. Gateway.Said("logs").SelectMany(item => item.GetProperty("lines").EnumerateArray())];
}
