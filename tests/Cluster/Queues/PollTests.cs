using System.Net;
using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Queues;

/// <summary>Questions for work: what they get, and that nothing is lost on the way.</summary>
public sealed class PollTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task A_poll_gets_what_is_submitted_while_it_waits()
    {
        var poll = AssignAsync();
        var id = await SubmitAsync();
        (await poll).Id().ShouldBe(id);
    }

    [Fact]
    public async Task A_poll_of_an_empty_queue_ends_with_nothing_and_leaves_nothing()
    {
        (await Api.AssignAsync(Queue, wait: "200ms")).ShouldBeEmpty();
        var id = await SubmitAsync();
        await Eventually.SeeAsync(() => Api.AssignAsync(Queue, wait: "200ms"), got => got.Any(a => a.Id() == id));
        (await Api.StoryAsync(id)).ShouldBe("submitted assigned");
    }

    [Fact]
    public async Task A_poll_that_does_not_wait_gets_what_is_there()
    {
        var ids = new[] { await SubmitAsync(), await SubmitAsync() };
        (await Api.AssignAsync(Queue, wait: "0s")).ShouldHaveSingleItem().Id().ShouldBe(ids[0]);
        (await Api.AssignAsync(Queue, wait: "1ms", max: 5)).ShouldHaveSingleItem().Id().ShouldBe(ids[1]);
        (await Api.AssignAsync(Queue, wait: "0s")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_poll_for_many_gets_all_that_is_there_at_once()
    {
        await Api.PostAsync("/v1/processes", $"[{string.Join(',', Enumerable.Range(0, 250).Select(_ => $$"""{"queue":"{{Queue}}","func":"f"}"""))}]").OkAsync();
        var got = new List<JsonNode>();
        foreach (var expected in new[] { 100, 100, 50 })
        {
            var now = await Api.AssignAsync(Queue, max: 100);
            now.Count.ShouldBe(expected);
            got.AddRange(now);
        }

        got.Select(a => a.Id()).Distinct().Count().ShouldBe(250);
        var items = string.Join(',', got.Select(a => $$"""{"id":"{{a.Id()}}","attempt":1,"result":"{{a.Id()}}"}"""));
        var done = await Api.PostAsync("/v1/attempts/complete", $$"""{"items":[{{items}}]}""").OkAsync();
        done["items"]!.AsArray().ShouldAllBe(i => i!["status"]!.GetValue<int>() == 200);
        (await Api.GetAsync($"/v1/queues/{Queue}").OkAsync())["counts"]!.ToJsonString().ShouldBe("""{"succeeded":250}""");
    }

    [Fact]
    public async Task Many_polls_share_the_work_and_none_gets_anothers()
    {
        var polls = Enumerable.Range(0, 30).Select(w => Api.AssignAsync(Queue, $"w{w}", wait: "30s")).ToList();
        var ids = (await Api.PostAsync("/v1/processes", $"[{string.Join(',', Enumerable.Range(0, 30).Select(_ => $$"""{"queue":"{{Queue}}","func":"f"}"""))}]").OkAsync())["items"]!.AsArray().Select(i => i!.Id()).ToList();
        var got = (await Task.WhenAll(polls)).Select(g => g.ShouldHaveSingleItem()).ToList();
        got.Select(a => a.Id()).ShouldBe(ids, ignoreOrder: true);
        for (var w = 0; w < 30; w++)
        {
            (await Api.ProcessAsync(got[w].Id()))["executor"]!.GetValue<string>().ShouldBe($"w{w}");
        }
    }

    [Fact]
    public async Task A_poll_over_several_queues_takes_the_best_priority_of_all()
    {
        var queues = new[] { $"{Queue}-a", $"{Queue}-b", $"{Queue}-c" };
        var order = new List<string>();
        foreach (var (queue, priority) in new[] { (0, 1), (1, 5), (2, 3), (0, 9), (1, 2), (2, 7) })
        {
            order.Add(await Api.SubmitAsync($$"""{"id":"{{Queue}}-{{priority}}","queue":"{{queues[queue]}}","func":"f","priority":{{priority}}}"""));
        }

        foreach (var priority in new[] { 9, 7, 5, 3, 2, 1 })
        {
            var got = (await Api.PostAsync("/v1/assign", $$"""{"executor":"w","queues":["{{string.Join("\",\"", queues)}}"],"wait":"30s"}""").OkAsync())["assignments"]!.AsArray();
            got.ShouldHaveSingleItem()!.Id().ShouldBe($"{Queue}-{priority}");
        }
    }

    [Fact]
    public async Task A_poll_for_many_over_several_queues_gets_as_many_as_it_wants_and_no_more()
    {
        var queues = new[] { $"{Queue}-a", $"{Queue}-b" };
        await Api.PostAsync("/v1/processes", $"[{string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""{"queue":"{{queues[i % 2]}}","func":"f"}"""))}]").OkAsync();
        var got = new HashSet<string>();
        while (got.Count < 40)
        {
            var now = (await Api.PostAsync("/v1/assign", $$"""{"executor":"w","queues":["{{queues[0]}}","{{queues[1]}}","{{queues[0]}}"],"max":7,"wait":"30s"}""").OkAsync())["assignments"]!.AsArray();
            now.Count.ShouldBeInRange(1, 7);
            now.ShouldAllBe(a => got.Add(a!.Id()));
        }

        // Nothing was given that did not arrive.
        (await Api.IdsAsync($"/v1/processes?queue={queues[0]}&status=running")).Count.ShouldBe(20);
        (await Api.HistoryAsync(got.First())).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Types_are_queue_names_when_no_queues_are_named()
    {
        var id = await SubmitAsync($$""","conditions":{"types":["{{Queue}}"]}""");
        var got = await Api.PostAsync("/v1/assign", $$"""{"executor":"w","types":["{{Queue}}"],"wait":"20s"}""").OkAsync();
        got["assignments"]![0]!.Id().ShouldBe(id);
    }

    [Fact]
    public async Task The_same_request_again_gets_the_same_attempts()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SubmitAsync(""","input":{"x":1},"maxExec":"1h" """)));
        var first = await Api.AssignAsync(Queue, max: 3, more: ",\"requestId\":\"" + Queue + "\"");
        first.Count.ShouldBe(3);
        var again = await Api.AssignAsync(Queue, max: 3, more: ",\"requestId\":\"" + Queue + "\"");
        string Told(JsonNode a) => $"{a.Id()} {a.Attempt()} {a["input"]?.ToJsonString()} {a["func"]} {a["execUntil"]} {a["lease"]}";
        again.Select(Told).ShouldBe(first.Select(Told), ignoreOrder: true);
        // Another executor's request of the same name is another one.
        (await Api.AssignAsync(Queue, "w2", max: 3, more: ",\"requestId\":\"" + Queue + "\"")).Select(a => a.Id()).ShouldNotContain(first[0].Id());
        foreach (var a in first)
        {
            await Api.CompleteAsync(a);
        }

        (await Api.AssignAsync(Queue, max: 3, wait: "200ms", more: ",\"requestId\":\"" + Queue + "\"")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_repeated_while_it_waits_is_one_demand()
    {
        var polls = Enumerable.Range(0, 4).Select(_ => Api.AssignAsync(Queue, wait: "2s", more: ",\"requestId\":\"" + Queue + "\"")).ToList();
        await SubmitAsync();
        await SubmitAsync();
        var got = (await Task.WhenAll(polls)).SelectMany(g => g).Select(a => $"{a.Id()} {a.Attempt()}").ToList();
        got.ShouldNotBeEmpty();
        // However the polls overtook each other: what runs was given to one of them at least; the rest waits again.
        await Eventually.TrueAsync(async () =>
        {
            var running = await Api.IdsAsync($"/v1/processes?queue={Queue}&status=running");
            return running.All(id => got.Any(g => g.StartsWith(id, StringComparison.Ordinal)));
        });
    }

    [Fact]
    public async Task What_was_given_to_a_poll_whose_caller_went_away_runs_elsewhere_and_is_not_counted()
    {
        for (var round = 0; round < 10; round++)
        {
            using var gone = new CancellationTokenSource();
            var poll = AskAsync("gone", $"{Queue}-{round}", 1, gone.Token);
            var id = round % 2 == 0 ? null : await SubmitAsync(""","maxRetries":0,"lease":"10m" """);
            await gone.CancelAsync();
            if (await poll is { } answer && id is not null)
            {
                // It was answered before it could go away; that is an ordinary assignment.
                await Api.SayAsync(answer.ShouldHaveSingleItem(), "release").OkAsync();
            }

            id ??= await SubmitAsync(""","maxRetries":0,"lease":"10m" """);
            var got = await Api.AssignAsync(Queue, wait: "2s");
            if (got.Count == 0)
            {
                // The answer was on the wire when its caller went. The same question again gets it.
                got = (await AskAsync("gone", $"{Queue}-{round}", 1, CancellationToken.None))!;
            }

            got.ShouldHaveSingleItem().Id().ShouldBe(id);
            (await Api.ProcessAsync(id))["retries"]!.GetValue<int>().ShouldBe(0);
            await Api.CompleteAsync(got[0]);
        }
    }

    [Fact]
    public async Task What_a_leaving_poll_had_gathered_is_given_back_or_told_again()
    {
        // Callers that ask for more than there is, and go away while it comes in. They ask the same until they are answered.
        const int Work = 40;
        var stop = false;
        var goners = Enumerable.Range(0, 4).Select(async g =>
        {
            var random = new Random(g);
            var question = 0;
            while (true)
            {
                var last = Volatile.Read(ref stop);
                using var gone = new CancellationTokenSource(last ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(random.Next(1, 25)));
                var got = await AskAsync($"gone{g}", $"{Queue}-{g}-{question}", 5, gone.Token, last ? "300ms" : "30s");
                foreach (var a in got ?? [])
                {
                    var (status, answer) = await Api.SayAsync(a, "release");
                    if (status != HttpStatusCode.OK)
                    {
                        var history = await Api.HistoryAsync(a.Id());
                        throw new ShouldAssertException($"{a.ToJsonString()} was given to gone{g} for {question}, last {last}: {answer} {string.Join('\n', history.Select(h => h!.ToJsonString()))}");
                    }
                }

                if (last)
                {
                    return;
                }

                question += got is null ? 0 : 1;
            }
        }).ToList();
        for (var i = 0; i < Work; i++)
        {
            await SubmitAsync(""","maxRetries":0,"lease":"10m" """);
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(goners);
        var done = 0;
        while (done < Work && await Api.AssignAsync(Queue, max: 10) is { Count: > 0 } got)
        {
            await Task.WhenAll(got.Select(a => Api.CompleteAsync(a)));
            done += got.Count;
        }

        (await Api.GetAsync($"/v1/queues/{Queue}").OkAsync())["counts"]!.ToJsonString().ShouldBe($$"""{"succeeded":{{Work}}}""");
    }

    // Null when the caller went away before it had an answer.
    private async Task<IReadOnlyList<JsonNode>?> AskAsync(string executor, string requestId, int max, CancellationToken gone, string wait = "30s")
    {
        using var content = new StringContent(
            $$"""{"executor":"{{executor}}","requestId":"{{requestId}}","queues":["{{Queue}}"],"max":{{max}},"wait":"{{wait}}"}""", System.Text.Encoding.UTF8, "application/json");
        try
        {
            using var answer = await Api.Http.PostAsync(new Uri("/v1/assign", UriKind.Relative), content, gone);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            return [.. JsonNode.Parse(await answer.Content.ReadAsStringAsync(gone))!["assignments"]!.AsArray().Select(a => a!)];
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            return null;
        }
    }
}
