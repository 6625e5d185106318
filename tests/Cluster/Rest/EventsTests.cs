using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Rest;

public sealed class EventsTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task Every_transition_is_seen_once_and_in_order_while_it_happens()
    {
        await using var stream = await Sse.OpenAsync(Api, $"/v1/events?namespace={Queue}");
        await RunOneAsync("a");
        await RunOneAsync("b");
        (await ReadAsync(stream, 6)).Select(e => e.Told).ShouldBe(["a submitted", "a assigned", "a succeeded", "b submitted", "b assigned", "b succeeded"]);
    }

    [Fact]
    public async Task A_stream_goes_on_where_it_was_left()
    {
        var start = await Sse.OpenAsync(Api, $"/v1/events?namespace={Queue}");
        await RunOneAsync("a");
        var first = (await ReadAsync(start, 2))[^1];
        await start.DisposeAsync();
        await RunOneAsync("b");
        await using (var resumed = await Sse.OpenAsync(Api, $"/v1/events?namespace={Queue}", lastEventId: first.Id))
        {
            (await ReadAsync(resumed, 4)).Select(e => e.Told).ShouldBe(["a succeeded", "b submitted", "b assigned", "b succeeded"]);
        }

        await using var after = await Sse.OpenAsync(Api, $"/v1/events?namespace={Queue}&after={first.Id}");
        (await ReadAsync(after, 4))[^1].Told.ShouldBe("b succeeded");
        await using var all = await Sse.OpenAsync(Api, $"/v1/events?namespace={Queue}&after=0");
        (await ReadAsync(all, 6))[0].Told.ShouldBe("a submitted");
    }

    [Fact]
    public async Task Many_writers_lose_no_event()
    {
        await using var stream = await Sse.OpenAsync(Api, $"/v1/events?namespace={Queue}");
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Api.PostAsync($"/v1/processes?namespace={Queue}", $$"""{"id":"p{{i}}","func":"f"}""").OkAsync()));
        var seen = await ReadAsync(stream, 300);
        seen.Select(e => e.Told).Distinct().Count().ShouldBe(300);
        var offsets = seen.Select(e => long.Parse(e.Id, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        offsets.ShouldBe(offsets.Order());
    }

    private static async Task<IReadOnlyList<(string Id, string Told)>> ReadAsync(Sse stream, int count)
    {
        var seen = new List<(string, string)>();
        while (seen.Count < count)
        {
            var (id, name, data) = (await stream.NextAsync()).ShouldNotBeNull();
            name.ShouldBe("transition");
            seen.Add((id!, $"{data.Id()} {data["transition"]!["event"]}"));
        }

        return seen;
    }

    private async Task RunOneAsync(string id)
    {
        await Api.PostAsync($"/v1/processes?namespace={Queue}", $$"""{"id":"{{id}}","func":"f"}""").OkAsync();
        await Api.PostAsync($"/v1/assign?namespace={Queue}", """{"executor":"w","queues":["default"],"wait":"20s"}""").OkAsync();
        await Api.PostAsync($"/v1/processes/{id}/attempts/1/complete?namespace={Queue}").OkAsync();
    }
}
