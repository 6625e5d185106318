using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Processes;

/// <summary>Lists, their filters and their pages; and the order of a queue.</summary>
public sealed class ListTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task Every_filter_finds_what_it_names_and_nothing_else()
    {
        var space = $"namespace={Queue}";
        async Task<string> One(string more) => (await Api.PostAsync($"/v1/processes?{space}", $$"""{ {{more}} }""").OkAsync()).Id();
        var a = await One("\"func\":\"f\",\"queue\":\"qa\",\"name\":\"first\",\"labels\":{\"team\":\"x\",\"tier\":\"1\"}");
        var b = await One("\"func\":\"g\",\"queue\":\"qa\",\"name\":\"second\",\"labels\":{\"team\":\"x\",\"tier\":\"2\"}");
        var c = await One("\"func\":\"f\",\"queue\":\"qb\",\"labels\":{\"team\":\"y\",\"empty\":\"\"}");
        var running = await Api.PostAsync($"/v1/assign?{space}", """{"executor":"the-one","queues":["qb"],"wait":"20s"}""").OkAsync();
        running["assignments"]![0]!.Id().ShouldBe(c);
        await Api.PostAsync($"/v1/processes/{b}/cancel?{space}").OkAsync();
        var made = (await Api.GetAsync($"/v1/processes/{a}?{space}").OkAsync()).Time("createdAt");
        var end = Seed.Store.Clock.GetUtcNow().AddHours(1);
        foreach (var (filter, expected) in new (string, string[])[]
        {
            ("", [c, b, a]),
            ("status=waiting", [a]),
            ("status=waiting,cancelled", [b, a]),
            ("status=waiting&status=running", [c, a]),
            ("status=WAITING", [a]),
            ("status=blocked", []),
            ("queue=qa", [b, a]),
            ("queue=q", []),
            ("func=f", [c, a]),
            ("name=second", [b]),
            ("executor=the-one", [c]),
            ("label=team%3Dx", [b, a]),
            ("label=team%3Dx&label=tier%3D1", [a]),
            ("label=team%3Dx&label=tier%3D3", []),
            ("label=empty%3D", [c]),
            ($"createdAfter={made:yyyy-MM-ddTHH:mm:ss.fffZ}", [c, b, a]),
            ($"createdBefore={made:yyyy-MM-ddTHH:mm:ss.fffZ}", []),
            ($"createdAfter={end:yyyy-MM-ddTHH:mm:ssZ}", []),
            ($"createdBefore={end:yyyy-MM-ddTHH:mm:ssZ}", [c, b, a]),
            ("queue=qa&status=waiting&func=f&label=tier%3D1", [a]),
        })
        {
            (await Api.IdsAsync($"/v1/processes?{space}&{filter}")).ShouldBe(expected, filter);
        }

        (await Api.IdsAsync($"/v1/processes?queue=qa")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_show_everything_once_also_while_more_is_submitted()
    {
        var ids = new List<string>();
        for (var i = 0; i < 25; i++)
        {
            ids.Add(await SubmitAsync());
        }

        var seen = new List<string>();
        var cursor = "";
        var pages = 0;
        do
        {
            var page = await Api.GetAsync($"/v1/processes?queue={Queue}&limit=10{cursor}").OkAsync();
            seen.AddRange(page["items"]!.AsArray().Select(i => i!.Id()));
            cursor = page["cursor"] is { } next ? $"&cursor={next}" : "";
            pages++;
            await SubmitAsync();
        }
        while (cursor.Length > 0);
        pages.ShouldBe(3);
        seen.ShouldBe(Enumerable.Reverse(ids));
    }

    [Fact]
    public async Task A_higher_priority_goes_first_and_among_equals_the_older()
    {
        var ids = new Dictionary<string, string>();
        foreach (var (name, priority) in new[] { ("a0", 0), ("b5", 5), ("c0", 0), ("d-1", -1), ("e5", 5), ("f1000000", 1_000_000), ("g-1000000", -1_000_000) })
        {
            ids[await SubmitAsync($$""","priority":{{priority}}""")] = name;
        }

        var order = new List<string>();
        for (var i = 0; i < ids.Count; i++)
        {
            order.Add(ids[(await AssignAsync()).Id()]);
        }

        order.ShouldBe(["f1000000", "b5", "e5", "a0", "c0", "d-1", "g-1000000"]);
    }

    [Fact]
    public async Task A_changed_priority_changes_the_place()
    {
        var a = await SubmitAsync();
        var b = await SubmitAsync(""","priority":5""");
        var c = await SubmitAsync();
        (await Api.PostAsync($"/v1/processes/{c}/priority", """{"priority":10}""").OkAsync())["priority"]!.GetValue<int>().ShouldBe(10);
        await Api.PostAsync($"/v1/processes/{b}/priority", """{"priority":-1}""").OkAsync();
        foreach (var id in new[] { c, a, b })
        {
            (await AssignAsync()).Id().ShouldBe(id);
        }
    }

    [Fact]
    public async Task A_changed_priority_holds_for_later_attempts_too()
    {
        var first = await RunningAsync();
        var other = await SubmitAsync(""","priority":5""");
        await Api.PostAsync($"/v1/processes/{first.Id()}/priority", """{"priority":10}""").OkAsync();
        await Api.SayAsync(first, "release").OkAsync();
        (await AssignAsync()).Id().ShouldBe(first.Id());
        (await AssignAsync()).Id().ShouldBe(other);
    }

    [Fact]
    public async Task Namespaces_share_nothing()
    {
        var id = await SubmitAsync();
        var twin = (await Api.PostAsync($"/v1/processes?namespace={Queue}", $$"""{"id":"{{id}}","queue":"{{Queue}}","func":"other"}""").OkAsync()).Id();
        twin.ShouldBe(id);
        var there = await Api.PostAsync($"/v1/assign?namespace={Queue}", $$"""{"executor":"w","queues":["{{Queue}}"],"max":10,"wait":"20s"}""").OkAsync();
        there["assignments"]!.AsArray().ShouldHaveSingleItem()!["func"]!.GetValue<string>().ShouldBe("other");
        await Api.PostAsync($"/v1/processes/{id}/attempts/1/complete?namespace={Queue}").OkAsync();
        (await Api.StatusAsync(id)).ShouldBe("waiting");
        await Api.GetAsync($"/v1/processes/{id}?namespace={Queue}-other").RefusedAsync(404, "no process");
        (await Api.GetAsync($"/v1/queues/{Queue}").OkAsync())["counts"]!.ToJsonString().ShouldBe("""{"waiting":1}""");
    }
}
