using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Schedules;

/// <summary>Generators over HTTP, in real time.</summary>
public sealed class GeneratorTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    private readonly string _id = Fresh("g");

    [Fact]
    public async Task Each_count_of_arguments_runs_once_in_the_order_in_which_they_came()
    {
        await MakeAsync(""" "count":3 """, ""","args":["template"],"kwargs":{"k":1}""");
        for (var i = 0; i < 100; i++)
        {
            await Api.PostAsync($"/v1/generators/{_id}/pack", $$"""{"args":[{{i}}]}""").OkAsync();
        }

        var seen = await UntilAsync(33);
        (seen.Number("waiting"), seen.Number("packed"), seen.Number("rejected")).ShouldBe((1, 100, 0));
        var runs = new List<string>();
        foreach (var work in await Api.OfQueueAsync(Queue))
        {
            var process = await Api.ProcessAsync(work.Id());
            runs.Add(process["spec"]!["args"]!.ToJsonString());
            (process["spec"]!["kwargs"]?.AsObject().Count ?? 0).ShouldBe(0);
            (work["labels"]!["muster.generator"]!.GetValue<string>(), work.Id().Length).ShouldBe((_id, 64));
        }

        runs.ShouldBe(Enumerable.Range(0, 33).Select(i => $"[{3 * i},{(3 * i) + 1},{(3 * i) + 2}]"), ignoreOrder: true);
    }

    [Fact]
    public async Task Many_arguments_at_once_make_many_runs()
    {
        await MakeAsync(""" "count":4 """);
        for (var i = 0; i < 5; i++)
        {
            await Api.PostAsync($"/v1/generators/{_id}/pack", $$"""{"args":[{{string.Join(',', Enumerable.Range(i * 100, 100))}}]}""").OkAsync();
        }

        await UntilAsync(125);
        (await Api.OfQueueAsync(Queue)).Select(p => p.Id()).Distinct().Count().ShouldBe(125);
        await Eventually.TrueAsync(async () => (await Seed.Store.Journal.HistoryAsync($"g/default/{_id}")).Rows.Count < 200);
        await Api.PostAsync($"/v1/generators/{_id}/pack", """{"args":[1,2,3,4]}""").OkAsync();
        await UntilAsync(126);
    }

    [Fact]
    public async Task Fewer_run_when_the_time_is_over()
    {
        await MakeAsync(""" "count":100,"timeout":"300ms" """);
        await Api.PostAsync($"/v1/generators/{_id}/pack", """{"args":[{"a":1},"b",null]}""").OkAsync();
        await UntilAsync(1);
        var work = await AssignAsync();
        (await Api.ProcessAsync(work.Id()))["spec"]!["args"]!.ToJsonString().ShouldBe("""[{"a":1},"b",null]""");
    }

    [Fact]
    public async Task The_first_nodes_of_a_workflow_get_the_arguments()
    {
        var nodes = $$"""[{"name":"a","queue":"{{Queue}}","func":"f","args":[0],"kwargs":{"k":1} },{"name":"b","queue":"{{Queue}}","func":"f","args":["own"],"after":["a"]}]""";
        await Api.PostAsync("/v1/generators", $$"""{"id":"{{_id}}","count":2,"workflow":{"nodes":{{nodes}} } }""").OkAsync();
        await Api.PostAsync($"/v1/generators/{_id}/pack", """{"args":["x","y"]}""").OkAsync();
        await UntilAsync(1);
        var specs = new List<string>();
        foreach (var node in await Api.OfQueueAsync(Queue))
        {
            specs.Add((await Api.ProcessAsync(node.Id()))["spec"]!["args"]!.ToJsonString());
        }

        specs.ShouldBe(["""["x","y"]""", """["own"]"""], ignoreOrder: true);
    }

    [Fact]
    public async Task A_generator_is_made_shown_listed_and_removed_with_what_waits()
    {
        var made = await MakeAsync(""" "count":2,"timeout":"1h" """);
        (made.Number("count"), made["timeout"]!.GetValue<double>(), made.Number("waiting"), made["process"]!["func"]!.GetValue<string>()).ShouldBe((2, 3_600, 0, "f"));
        await Api.PostAsync("/v1/generators", Body(""" "count":2 """)).RefusedAsync(409, "Remove it first");
        (await Api.IdsAsync("/v1/generators?limit=1000")).ShouldContain(_id);
        (await Api.IdsAsync("/v1/generators?namespace=other")).ShouldBeEmpty();
        await Api.PostAsync($"/v1/generators/{_id}/pack", """{"args":[1]}""").OkAsync();
        ((int)(await Api.SendAsync(HttpMethod.Delete, $"/v1/generators/{_id}")).Status).ShouldBe(204);
        await Api.PostAsync($"/v1/generators/{_id}/pack", """{"args":[1]}""").RefusedAsync(404, "no generator");
        await Api.GetAsync($"/v1/generators/{_id}").RefusedAsync(404, "no generator");
        (await MakeAsync(""" "count":2 """)).Number("waiting").ShouldBe(0);
        await Api.PostAsync($"/v1/generators/{_id}/pack", """{"args":[2,3]}""").OkAsync();
        await UntilAsync(1);
        (await Api.OfQueueAsync(Queue)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(""" "timeout":"1h" """, "[count]")]
    [InlineData(""" "count":0 """, "'count'")]
    [InlineData(""" "count":10001 """, "'count'")]
    [InlineData(""" "count":2,"timeout":0 """, "[timeout]")]
    public async Task What_is_wrong_is_told(string fields, string part) => await Api.PostAsync("/v1/generators", Body(fields)).RefusedAsync(400, part);

    [Fact]
    public async Task What_is_wrong_with_arguments_is_told()
    {
        await MakeAsync(""" "count":100 """);
        await Api.PostAsync($"/v1/generators/{_id}/pack", "{}").RefusedAsync(400, "[args]");
        await Api.PostAsync($"/v1/generators/{_id}/pack", """{"args":[]}""").RefusedAsync(400, "[args]");
        var large = new string('x', 65_000);
        await Api.PostAsync($"/v1/generators/{_id}/pack", $$"""{"args":["{{large}}{{large}}"]}""").RefusedAsync(400, "at most 65536");
        await Api.PostAsync($"/v1/generators/{_id}/pack", $$"""{"args":[{{string.Join(',', Enumerable.Repeat($"\"{large}\"", 13))}}]}""").RefusedAsync(429, "smaller");
        await Api.PostAsync($"/v1/generators/{_id}/pack", $$"""{"args":[{{string.Join(',', Enumerable.Repeat($"\"{large}\"", 20))}}]}""").RefusedAsync(413, "[args]");
        (await Api.GetAsync($"/v1/generators/{_id}").OkAsync()).Number("packed").ShouldBe(0);
    }

    private Task<System.Text.Json.Nodes.JsonNode> UntilAsync(long fired) => Eventually.SeeAsync(() => Api.GetAsync($"/v1/generators/{_id}").OkAsync(), g => g.Number("fired") == fired);

    private Task<System.Text.Json.Nodes.JsonNode> MakeAsync(string fields, string process = "") => Api.PostAsync("/v1/generators", Body(fields, process)).OkAsync();

    private string Body(string fields, string process = "") => $$"""{"id":"{{_id}}",{{fields}},"process":{"queue":"{{Queue}}","func":"f"{{process}}} }""";
}
