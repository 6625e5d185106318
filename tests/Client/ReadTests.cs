using System.Net;
using System.Text;
using Muster.Client;
using Shouldly;

namespace Muster.Tests.Client;

public sealed class ReadTests : ClientTest
{
    [Fact]
    public async Task A_list_is_read_to_its_end()
    {
        Gateway.On("GET /v1/processes", seen => seen.Query["cursor"].ToString() switch
        {
            "" => Answer.Ok(new { items = new[] { Process("a"), Process("b") }, cursor = "next one" }),
            "next one" => Answer.Ok(new { items = new[] { Process("c") } }),
            var other => Answer.Problem(400, other),
        });
        var filter = new ProcessFilter
        {
            Statuses = [ProcessStatus.Waiting, ProcessStatus.Running],
            Queue = "q",
            Labels = new Dictionary<string, string> { ["a"] = "1", ["b"] = "x&y" },
            CreatedAfter = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)),
        };

        var ids = new List<string>();
        await foreach (var process in Client().ListAsync(filter, pageSize: 2))
        {
            ids.Add(process.Id);
        }

        ids.ShouldBe(["a", "b", "c"]);
        var query = Gateway.All("GET /v1/processes")[1].Query;
        query["status"].ToString().ShouldBe("waiting,running");
        query["label"].ShouldBe(["a=1", "b=x&y"]);
        query["createdAfter"].ToString().ShouldBe("2026-01-02T03:04:05.0000000+01:00");
        query["limit"].ToString().ShouldBe("2");
        query["namespace"].ToString().ShouldBe("default");
    }

    [Fact]
    public async Task A_process_is_read_with_all_that_the_contract_names()
    {
        Gateway.On("GET /v1/processes/p", new Answer(200, """
            {"id":"p","namespace":"t","status":"succeeded","queue":"q","name":"n","func":"f","runtime":"exec","priority":5,"attempt":2,"retries":1,"executor":"e","reason":"r","cause":"c",
             "labels":{"a":"b"},"attributes":{"x":"y"},"progress":0.5,"progressText":"half","nextDeadline":"2026-01-01T00:00:00Z","waitingSince":"2026-01-01T00:00:00Z","createdAt":"2026-01-01T00:00:00Z",
             "createdBy":"k","startedAt":"2026-01-01T00:00:00Z","finishedAt":"2026-01-01T00:00:01Z","updatedAt":"2026-01-01T00:00:01Z","damaged":true,"result":[1],"spec":{"func":"f"},"later":"unknown"}
            """));

        var process = await Client().InNamespace("t").GetAsync("p");

        process.ShouldSatisfyAllConditions(
            p => p.Status.IsFinal().ShouldBeTrue(),
            p => p.Retries.ShouldBe(1),
            p => p.Attributes["x"].ShouldBe("y"),
            p => p.Progress.ShouldBe(0.5),
            p => p.FinishedAt.ShouldBe(p.StartedAt + TimeSpan.FromSeconds(1)),
            p => p.Damaged.ShouldBe("true"),
            p => p.ResultAs<int[]>().ShouldBe([1]),
            p => p.Spec!.Value.GetProperty("func").GetString().ShouldBe("f"));
        Gateway.All("GET /v1/processes/p")[0].Query["namespace"].ToString().ShouldBe("t");
    }

    [Fact]
    public async Task What_the_gateway_leaves_out_is_empty_and_not_null()
    {
        Gateway.On("GET /v1/processes/p", Answer.Ok(new { id = "p", status = "blocked" }));
        Gateway.On("GET /v1/executors/e", Answer.Ok(new { id = "e" }));
        Gateway.On("GET /v1/processes/p/files", new Answer(200));

        var process = await Client().GetAsync("p");
        var executor = await Client().ExecutorAsync("e");

        process.ShouldSatisfyAllConditions(
            p => p.Labels.ShouldBeEmpty(), p => p.Attributes.ShouldBeEmpty(), p => p.Queue.ShouldBe("default"), p => p.Func.ShouldBe(""), p => p.Result.ShouldBeNull());
        executor.ShouldSatisfyAllConditions(e => e.Types.ShouldBeEmpty(), e => e.Labels.ShouldBeEmpty(), e => e.Resources.ShouldBeEmpty());
        (await Client().FilesAsync("p")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Control_calls_say_what_they_want()
    {
        foreach (var verb in new[] { "cancel", "priority", "attributes" })
        {
            Gateway.On($"POST /v1/processes/p/{verb}", Answer.Ok(Process("p", "cancelled")));
        }

        Gateway.On("POST /v1/processes/bulk", Answer.Ok(new { matched = 3, changed = 2, refused = 1 }));
        Gateway.On("GET /v1/processes/p/history", Answer.Ok(new { items = new[] { new { at = "2026-01-01T00:00:00Z", @event = "Submitted", from = "none", to = "waiting", by = "k" } } }));
        var client = Client();

        await client.CancelAsync("p", "wrong input");
        await client.SetPriorityAsync("p", 9);
        await client.SetAttributesAsync("p", new Dictionary<string, string?> { ["a"] = "1", ["b"] = null });
        var bulk = await client.BulkAsync(BulkAction.Priority, new ProcessFilter { Statuses = [ProcessStatus.Waiting] }, priority: 1);
        var history = await client.HistoryAsync("p");

        Raw("POST /v1/processes/p/cancel").ShouldBe("""{"reason":"wrong input"}""");
        Raw("POST /v1/processes/p/priority").ShouldBe("""{"priority":9}""");
        Raw("POST /v1/processes/p/attributes").ShouldBe("""{"a":"1","b":null}""");
        Raw("POST /v1/processes/bulk").ShouldBe("""{"action":"priority","filter":{"status":["waiting"]},"priority":1}""");
        bulk.ShouldBe(new BulkOutcome { Matched = 3, Changed = 2, Refused = 1 });
        history.ShouldHaveSingleItem().To.ShouldBe("waiting");
    }

    [Fact]
    public async Task Queues_and_executors_are_controlled()
    {
        foreach (var route in new[] { "PUT /v1/queues/q", "POST /v1/queues/q/limits", "POST /v1/queues/q/pause", "POST /v1/executors", "DELETE /v1/executors/e" })
        {
            Gateway.On(route, new Answer(200));
        }

        Gateway.On("GET /v1/queues", Answer.Ok(new { items = new[] { new { name = "q", counts = new { waiting = 4 }, later = "unknown" } } }));
        Gateway.On("GET /v1/executors", Answer.Ok(new { items = new[] { new { id = "e", types = new[] { "t" } } } }));
        var client = Client();

        await client.PutQueueAsync("q", new QueueSettings { MaxRunning = 2 });
        await client.SetQueueLimitsAsync("q", 3, null);
        await client.PauseQueueAsync("q");
        await client.RegisterExecutorAsync(new ExecutorRegistration { Id = "e", Types = ["t"] });
        await client.RemoveExecutorAsync("e");

        Raw("PUT /v1/queues/q").ShouldBe("""{"maxRunning":2,"paused":false}""");
        Raw("POST /v1/queues/q/limits").ShouldBe("""{"maxRunning":3,"ratePerSecond":null}""");
        Gateway.All("POST /v1/executors")[0].Text("namespace").ShouldBe("default");
        (await client.QueuesAsync()).ShouldHaveSingleItem().Count(ProcessStatus.Waiting).ShouldBe(4);
        (await client.ExecutorsAsync()).ShouldHaveSingleItem().Types.ShouldBe(["t"]);
        await Should.ThrowAsync<MusterNotFoundException>(() => client.ResumeQueueAsync("nobody"));
    }

    [Fact]
    public async Task Followed_logs_go_on_after_a_lost_connection_and_repeat_nothing()
    {
        Gateway.On(
            "GET /v1/processes/p/logs",
            Answer.Events(Line(1, 1, "a") + Line(1, 2, "b")),
            Answer.Problem(503),
            Answer.Lost,
            Answer.Events(Line(1, 2, "b"), broken: true),
            Answer.Events(Line(1, 1, "a") + Line(1, 2, "b") + Line(2, 1, "c") + "event: end\ndata: {}\n\n"));

        (await FollowAsync(null)).ShouldBe(["1/1 a", "1/2 b", "2/1 c"]);
        Gateway.All("GET /v1/processes/p/logs")[^1].Query["follow"].ToString().ShouldBe("true");
    }

    [Fact]
    public async Task Followed_logs_of_one_attempt_go_on_after_the_last_line()
    {
        Gateway.On(
            "GET /v1/processes/p/logs",
            Answer.Events(Line(1, 1, "a") + Line(1, 2, "b")),
            Answer.Events(Line(1, 3, "c") + "event: end\ndata: {}\n\n"));

        (await FollowAsync(1)).ShouldBe(["1/1 a", "1/2 b", "1/3 c"]);
        Gateway.All("GET /v1/processes/p/logs").Select(seen => seen.Query["after"].ToString()).ShouldBe(["", "1.2"]);
    }

    [Fact]
    public async Task Logs_are_read_to_their_end()
    {
        Gateway.On("GET /v1/processes/p/logs", seen => seen.Query["after"].ToString() switch
        {
            "1.3" => Answer.Ok(new { items = new[] { new { attempt = 1, sequence = 4, text = "a" } }, cursor = "1.4" }),
            "1.4" => Answer.Ok(new { items = new[] { new { attempt = 2, sequence = 1, text = "b" } } }),
            var other => Answer.Problem(400, other),
        });

        var texts = new List<string>();
        await foreach (var line in Client().LogsAsync("p", after: new ProcessLogLine { Attempt = 1, Sequence = 3 }))
        {
            texts.Add(line.Text);
        }

        texts.ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Events_go_on_after_the_last_offset_until_it_is_no_longer_kept()
    {
        Gateway.On(
            "GET /v1/events",
            Answer.Events("id: 7\nevent: Submitted\ndata: {\"id\":\"p\"}\n\n"),
            Answer.Events("id: 9\nevent: Succeeded\ndata: {\"id\":\"p\"}\n\n"),
            Answer.Problem(410, "offset 9 is older than the retention"));

        var events = new List<ProcessEvent>();
        var gone = await Should.ThrowAsync<MusterException>(async () =>
        {
            await foreach (var happened in Client().EventsAsync("3"))
            {
                events.Add(happened);
            }
        });

        gone.Status.ShouldBe(HttpStatusCode.Gone);
        events.Select(e => $"{e.Offset} {e.Type} {e.Content.GetProperty("id")}").ShouldBe(["7 Submitted p", "9 Succeeded p"]);
        Gateway.All("GET /v1/events").Select(seen => seen.Query["after"].ToString()).ShouldBe(["3", "7", "9"]);
    }

    [Fact]
    public async Task A_file_is_sent_again_from_its_start_and_read_back()
    {
        Gateway.On("PUT /v1/processes/p/files/a b.txt", Answer.Problem(503), new Answer(200));
        Gateway.On("GET /v1/processes/p/files/a b.txt", new Answer(200, "bytes", "text/plain"));
        Gateway.On("GET /v1/processes/p/files", Answer.Ok(new { items = new[] { new { name = "a b.txt", size = 5, sha256 = "00" } } }));
        var client = Client();
        using var content = new MemoryStream(Encoding.UTF8.GetBytes("bytes"));

        await client.PutFileAsync("p", "a b.txt", content, "text/plain");
        await using var file = await client.GetFileAsync("p", "a b.txt");
        using var reader = new StreamReader(file);

        Gateway.All("PUT /v1/processes/p/files/a b.txt").Select(seen => Encoding.UTF8.GetString(seen.Bytes)).ShouldBe(["bytes", "bytes"]);
        Gateway.All("PUT /v1/processes/p/files/a b.txt")[1].Headers.ContentType.ToString().ShouldBe("text/plain");
        (await reader.ReadToEndAsync()).ShouldBe("bytes");
        (await client.FilesAsync("p")).ShouldHaveSingleItem().Size.ShouldBe(5);
    }

    private static string Line(int attempt, int sequence, string text) =>
        $$"""
        event: line
        data: {"attempt":{{attempt}},"sequence":{{sequence}},"at":"2026-01-01T00:00:00Z","stream":"stdout","text":"{{text}}"}


        """.ReplaceLineEndings("\n");

    private async Task<List<string>> FollowAsync(int? attempt)
    {
        var lines = new List<string>();
        await foreach (var line in Client().FollowLogsAsync("p", attempt))
        {
            lines.Add($"{line.Attempt}/{line.Sequence} {line.Text}");
        }

        return lines;
    }

    private string Raw(string route) => Encoding.UTF8.GetString(Gateway.All(route).ShouldHaveSingleItem().Bytes);
}
