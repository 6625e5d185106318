using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Rest;

public sealed class LogsTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task Pages_show_every_line_once_in_order_over_all_attempts()
    {
        var first = await RunningAsync(""","retry":{"delay":0}""");
        await WriteAsync(first, 1, 25);
        await Api.FailAsync(first);
        var second = await AssignAsync();
        await WriteAsync(second, 1, 10);
        var seen = new List<string>();
        string? cursor = null;
        var pages = 0;
        do
        {
            var page = await Api.GetAsync($"/v1/processes/{first.Id()}/logs?limit=10{(cursor is null ? "" : $"&after={cursor}")}").OkAsync();
            seen.AddRange(page["items"]!.AsArray().Select(Told));
            cursor = page["cursor"]?.GetValue<string>();
            pages++;
        }
        while (cursor is not null);
        pages.ShouldBe(4);
        seen.ShouldBe([.. Lines(1, 1, 25), .. Lines(2, 1, 10)]);
        (await PageAsync(first.Id(), "?attempt=2&limit=4")).ShouldBe(Lines(2, 1, 4));
        (await PageAsync(first.Id(), "?attempt=2&after=2.4")).ShouldBe(Lines(2, 5, 6));
        (await PageAsync(first.Id(), "?attempt=1&after=1.24")).ShouldBe(Lines(1, 25, 1));
        (await PageAsync(first.Id(), "?attempt=3")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_line_said_again_is_kept_once_and_as_it_was()
    {
        var running = await RunningAsync();
        await WriteAsync(running, 1, 5);
        await Api.SayAsync(running, "logs", """{"lines":[{"sequence":5,"text":"other"},{"sequence":4,"text":"other"},{"sequence":6,"text":"line 6"},{"sequence":6,"text":"twice"}]}""").OkAsync();
        (await PageAsync(running.Id(), "")).ShouldBe(Lines(1, 1, 6));
    }

    [Fact]
    public async Task Lines_keep_their_text_stream_and_time()
    {
        var running = await RunningAsync();
        var longest = new string('x', 16 << 10);
        await Api.SayAsync(running, "logs", $$"""{"lines":[{"sequence":0,"text":"","stream":"err","at":"2026-01-31T12:00:00.123Z"},{"sequence":9223372036854775807,"text":"ä 😀\t\u001b[1m {{longest[..16000]}}"},{"sequence":7,"text":"{{longest}}"}]}""").OkAsync();
        var items = (await Api.GetAsync($"/v1/processes/{running.Id()}/logs").OkAsync())["items"]!.AsArray();
        items[0]!["stream"]!.GetValue<string>().ShouldBe("err");
        items[0]!["text"]!.GetValue<string>().ShouldBe("");
        items[0]!.Time("at").ShouldBe(new DateTimeOffset(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero));
        items[1]!["text"]!.GetValue<string>().ShouldBe(longest);
        items[1]!["stream"]!.GetValue<string>().ShouldBe("log");
        items[2]!["text"]!.GetValue<string>().ShouldStartWith("ä 😀\t\u001b[1m ");
    }

    [Fact]
    public async Task Who_follows_sees_every_line_and_then_the_end()
    {
        var running = await RunningAsync();
        await WriteAsync(running, 1, 3);
        await using var stream = await Sse.OpenAsync(Api, $"/v1/processes/{running.Id()}/logs?follow=true");
        (await ReadAsync(stream, 3)).ShouldBe(Lines(1, 1, 3));
        await WriteAsync(running, 4, 2);
        (await ReadAsync(stream, 2)).ShouldBe(Lines(1, 4, 2));
        await WriteAsync(running, 6, 1);
        await Api.CompleteAsync(running);
        (await ReadAsync(stream, 1)).ShouldBe(Lines(1, 6, 1));
        (await stream.NextAsync())!.Value.Name.ShouldBe("end");
        (await stream.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Who_was_interrupted_goes_on_after_the_last_line_seen()
    {
        var running = await RunningAsync(""","retry":{"delay":0}""");
        await WriteAsync(running, 1, 4);
        string last;
        await using (var stream = await Sse.OpenAsync(Api, $"/v1/processes/{running.Id()}/logs?follow=true"))
        {
            await stream.NextAsync();
            last = (await stream.NextAsync())!.Value.Id!;
        }

        await Api.FailAsync(running);
        var second = await AssignAsync();
        await WriteAsync(second, 1, 1);
        await Api.CompleteAsync(second);
        await using var resumed = await Sse.OpenAsync(Api, $"/v1/processes/{running.Id()}/logs?follow=true", last);
        (await ReadAsync(resumed, 3)).ShouldBe([.. Lines(1, 3, 2), .. Lines(2, 1, 1)]);
        (await resumed.NextAsync())!.Value.Name.ShouldBe("end");
        await using var one = await Sse.OpenAsync(Api, $"/v1/processes/{running.Id()}/logs?follow=true&attempt=2");
        (await ReadAsync(one, 1)).ShouldBe(Lines(2, 1, 1));
        (await one.NextAsync())!.Value.Name.ShouldBe("end");
    }

    [Fact]
    public async Task Many_lines_at_once_in_a_batch_over_processes_all_arrive()
    {
        var a = await RunningAsync();
        var b = await RunningAsync();
        string Lines(int from) => string.Join(',', Enumerable.Range(from, 1000).Select(i => $$"""{"sequence":{{i}},"text":"line {{i}}"}"""));
        foreach (var from in new[] { 0, 1000 })
        {
            var done = await Api.PostAsync("/v1/attempts/logs", $$"""{"items":[{"id":"{{a.Id()}}","attempt":1,"lines":[{{Lines(from)}}]},{"id":"{{b.Id()}}","attempt":1,"lines":[{{Lines(from)}}]},{"id":"{{b.Id()}}","attempt":2,"lines":[{{Lines(from)}}]}]}""").OkAsync();
            done["items"]!.AsArray().Select(i => i!["status"]!.GetValue<int>()).ShouldBe([200, 200, 409]);
        }

        (await PageAsync(a.Id(), "?limit=10000")).Count.ShouldBe(2000);
        (await PageAsync(b.Id(), "?limit=10000")).Count.ShouldBe(2000);
    }

    private static string Told(JsonNode? line) => $"{line!.Attempt()}.{line!["sequence"]} {line["text"]}";

    private static IEnumerable<string> Lines(int attempt, int from, int count) => Enumerable.Range(from, count).Select(i => $"{attempt}.{i} line {i}");

    private static async Task<IReadOnlyList<string>> ReadAsync(Sse stream, int count)
    {
        var seen = new List<string>();
        while (seen.Count < count)
        {
            var (id, name, data) = (await stream.NextAsync()).ShouldNotBeNull();
            name.ShouldBe("line");
            id.ShouldBe($"{data.Attempt()}.{data["sequence"]}");
            seen.Add(Told(data));
        }

        return seen;
    }

    private async Task<IReadOnlyList<string>> PageAsync(string id, string query) =>
        [.. (await Api.GetAsync($"/v1/processes/{id}/logs{query}").OkAsync())["items"]!.AsArray().Select(Told)];

    private Task WriteAsync(JsonNode running, int from, int count) => Api.SayAsync(
        running, "logs", $$"""{"lines":[{{string.Join(',', Enumerable.Range(from, count).Select(i => $$"""{"sequence":{{i}},"text":"line {{i}}"}"""))}}]}""").OkAsync();
}
