using System.Text.Json;
using Muster.Client;
using Muster.Client.Handlers;
using Shouldly;

namespace Muster.Tests.Client;

public sealed class WorkerTests : WorkerTest
{
    [Fact]
    public async Task A_handler_gets_the_input_and_its_result_is_delivered()
    {
        await StartAsync(w => w.Handle<int[], Sum>("add", (numbers, context) => Task.FromResult(new Sum(numbers.Sum(), context.ProcessId))));
        Gateway.Give("p", "add", new[] { 1, 2, 3 }, attempt: 2);

        var item = (await Gateway.HeardAsync("complete")).ShouldHaveSingleItem();

        item.GetRawText().ShouldBe("""{"namespace":"default","id":"p","attempt":2,"result":{"total":6,"of":"p"}}""");
        var demand = Gateway.All("POST /v1/assign")[0].Body;
        demand.GetProperty("executor").GetString().ShouldBe("worker-1");
        demand.GetProperty("queues")[0].GetString().ShouldBe("default");
        demand.GetProperty("functions")[0].GetString().ShouldBe("add");
        demand.GetProperty("max").GetInt32().ShouldBe(4);
    }

    [Fact]
    public async Task A_poll_whose_answer_was_lost_is_repeated_with_the_same_id_and_each_attempt_runs_once()
    {
        var runs = 0;
        Gateway.First("POST /v1/assign", Answer.Lost, Answer.Problem(503));
        await StartAsync(w => w.Handle("f", _ => Task.FromResult(Count(ref runs))));
        Gateway.Give("p");
        await Gateway.HeardAsync("complete");
        var polls = await Gateway.SawAsync("POST /v1/assign", 4);

        polls.Take(3).Select(seen => seen.Text("requestId")).Distinct().ShouldHaveSingleItem();
        polls[3].Text("requestId").ShouldNotBe(polls[0].Text("requestId"));
        runs.ShouldBe(1);
    }

    [Fact]
    public async Task An_attempt_that_comes_twice_runs_once()
    {
        var runs = 0;
        var go = new TaskCompletionSource();
        await StartAsync(w => w.Handle("f", async _ =>
        {
            var result = Count(ref runs);
            await go.Task;
            return result;
        }));
        Gateway.Give("p");
        await Gateway.SawAsync("POST /v1/assign", 2);
        Gateway.Give("p");
        await Gateway.SawAsync("POST /v1/assign", 3);
        go.SetResult();

        await Gateway.HeardAsync("complete");
        runs.ShouldBe(1);
    }

    [Fact]
    public async Task No_more_handlers_run_than_there_are_slots()
    {
        var go = new TaskCompletionSource();
        await StartAsync(w => w.Handle<string>("f", (_, _) => go.Task), o => o.Slots = 2);
        for (var i = 0; i < 5; i++)
        {
            Gateway.Give($"p{i}", input: "x");
        }

        await Gateway.SawAsync("POST /v1/assign");
        go.SetResult();
        await Gateway.HeardAsync("complete", 5);

        Gateway.All("POST /v1/assign").ShouldAllBe(seen => seen.Body.GetProperty("max").GetInt32() <= 2);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(401)]
    [InlineData(0)]
    public async Task A_result_is_sent_again_until_the_gateway_takes_it(int status)
    {
        var refusal = status == 0 ? Answer.Lost : Answer.Problem(status);
        Gateway.First(WorkGateway.Of("complete"), refusal, refusal);
        await StartAsync(w => w.Handle("f", _ => Task.FromResult<JsonElement?>(null)));
        Gateway.Give("p");

        (await Gateway.SawAsync(WorkGateway.Of("complete"), 3)).Select(seen => seen.Body.GetRawText()).Distinct().ShouldHaveSingleItem();
        await StopAsync();
        Gateway.All(WorkGateway.Of("complete")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_item_that_was_refused_for_now_is_sent_again_without_the_others()
    {
        var first = true;
        var started = new CountdownEvent(2);
        Gateway.On(WorkGateway.Of("complete"), seen => WorkGateway.Each(seen, item =>
        {
            var busy = first && item.GetProperty("id").GetString() == "a";
            first &= !busy;
            return new { status = busy ? 503 : 200 };
        }));
        await StartAsync(w => w.Handle("f", async _ =>
        {
            started.Signal();
            await Task.Run(() => started.Wait(Patience.Limit));
            return null;
        }));
        Gateway.Give("a");
        Gateway.Give("b");

        await Gateway.HeardAsync("complete", 3);
        await StopAsync();
        Gateway.Said("complete").Select(item => item.GetProperty("id").GetString()).Order().ShouldBe(["a", "a", "b"]);
        Gateway.Said("complete")[^1].GetProperty("id").GetString().ShouldBe("a");
    }

    [Fact]
    public async Task A_result_outlasts_a_gateway_that_restarts()
    {
        var running = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await StartAsync(w => w.Handle<string, string>("f", async (input, _) =>
        {
            running.SetResult();
            await go.Task;
            return input + "!";
        }));
        Gateway.Give("p", input: "done");
        await running.Task.WaitAsync(Patience.Limit);

        await Gateway.StopAsync();
        go.SetResult();
        await Gateway.StartAsync();

        (await Gateway.HeardAsync("complete"))[0].GetProperty("result").GetString().ShouldBe("done!");
    }

    [Fact]
    public async Task Results_that_are_ready_together_go_together()
    {
        var hold = new TaskCompletionSource<Answer>();
        var first = true;
        Gateway.On(WorkGateway.Of("complete"), async seen =>
        {
            var answer = WorkGateway.Each(seen, _ => new { status = 200 });
            if (first)
            {
                first = false;
                await hold.Task;
            }

            return answer;
        });
        var ended = new CountdownEvent(10);
        await StartAsync(
            w => w.Handle("f", _ =>
            {
                ended.Signal();
                return Task.FromResult<JsonElement?>(null);
            }),
            o => o.Slots = 10);
        Gateway.Give("p0");
        await Gateway.SawAsync(WorkGateway.Of("complete"));
        for (var i = 1; i < 10; i++)
        {
            Gateway.Give($"p{i}");
        }

        // All have ended and wait behind the first one's answer.
        await Task.Run(() => ended.Wait(Patience.Limit));
        hold.SetResult(Answer.Ok(new { }));
        await Gateway.HeardAsync("complete", 10);

        Gateway.All(WorkGateway.Of("complete")).Count.ShouldBeLessThan(10);
    }

    [Fact]
    public async Task A_result_of_an_attempt_that_is_over_is_dropped()
    {
        Gateway.On(WorkGateway.Of("complete"), seen => WorkGateway.Each(seen, _ => new { status = 409, problem = new { detail = "attempt 1 is over" } }));
        await StartAsync(w => w.Handle("f", _ => Task.FromResult<JsonElement?>(null)));
        Gateway.Give("p");
        await Gateway.HeardAsync("complete");

        await StopAsync();
        Gateway.Said("complete").Count.ShouldBe(1);
        Gateway.Said("fail").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_result_that_cannot_be_stored_fails_the_process_with_the_reason(bool whole)
    {
        Gateway.On(WorkGateway.Of("complete"), seen => whole
            ? Answer.Problem(413, "larger than 1 MiB")
            : WorkGateway.Each(seen, _ => new { status = 413, problem = new { detail = "larger than 1 MiB" } }));
        await StartAsync(w => w.Handle("f", _ => Task.FromResult<JsonElement?>(null)));
        Gateway.Give("p");

        var failed = (await Gateway.HeardAsync("fail"))[0];
        failed.GetProperty("retryable").GetBoolean().ShouldBeFalse();
        failed.GetProperty("error").GetString()!.ShouldContain("larger than 1 MiB");
    }

    [Fact]
    public async Task An_exception_is_retried_and_a_final_failure_is_not()
    {
        await StartAsync(w => w
            .Handle("broken", _ => throw new InvalidOperationException("no \0 disk"))
            .Handle("hopeless", _ => throw new FinalFailureException("no such customer")));
        Gateway.Give("a", "broken");
        Gateway.Give("b", "hopeless");
        Gateway.Give("c", "unknown");

        var failed = (await Gateway.HeardAsync("fail", 3)).ToDictionary(item => item.GetProperty("id").GetString()!);

        failed["a"].GetProperty("retryable").GetBoolean().ShouldBeTrue();
        failed["a"].GetProperty("error").GetString().ShouldBe("InvalidOperationException: no \uFFFD disk");
        failed["b"].GetProperty("retryable").GetBoolean().ShouldBeFalse();
        failed["b"].GetProperty("error").GetString().ShouldBe("no such customer");
        failed["c"].GetProperty("error").GetString()!.ShouldContain("no handler for the function 'unknown'");
    }

    [Fact]
    public async Task Each_attempt_has_an_empty_folder_that_goes_with_it()
    {
        var root = Directory.CreateTempSubdirectory("muster-test").FullName;
        Directory.CreateDirectory(Path.Combine(root, "default+p+1"));
        await File.WriteAllTextAsync(Path.Combine(root, "default+p+1", "left.txt"), "by a crash");
        await StartAsync(
            w => w.Handle("f", async context =>
            {
                var before = Directory.GetFileSystemEntries(context.WorkingFolder).Length;
                await File.WriteAllTextAsync(Path.Combine(context.WorkingFolder, "a.txt"), "a");
                return JsonSerializer.SerializeToElement(before);
            }),
            o => o.WorkingRoot = root);
        Gateway.Give("p");

        (await Gateway.HeardAsync("complete"))[0].GetProperty("result").GetInt32().ShouldBe(0);
        Directory.GetFileSystemEntries(root).ShouldBeEmpty();
        Directory.Delete(root);
    }

    [Fact]
    public async Task A_worker_without_handlers_does_not_start() =>
        await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(_ => { }));

    private static JsonElement? Count(ref int runs)
    {
        Interlocked.Increment(ref runs);
        return null;
    }

    private sealed record Sum(int Total, string Of);
}
