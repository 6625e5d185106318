using System.Text.Json.Nodes;
using Muster.Signatures;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

[Collection(Scheduling.Name)]
public sealed class GeneratorTests(ColoniesFixture fixture) : ColoniesTest(fixture)
{
    [Fact]
    public async Task Enough_arguments_make_a_run_with_the_oldest_of_them()
    {
        var id = await AddAsync("g", trigger: 2);
        foreach (var arg in (string[])["a", "b", "c"])
        {
            await PackAsync(id, arg);
        }

        var process = await AssignProcessAsync();
        Assert.Equal(("""["a","b"]""", "{}"), (process["spec"]!["args"]!.ToJsonString(), process["spec"]!["kwargs"]!.ToJsonString()));
        Assert.Equal(1, (int)(await Client.OkAsync(Executor, "getgeneratormsg", new() { ["generatorid"] = id }))["queuesize"]!);
        await PackAsync(id, "d");
        Assert.Equal("""["c","d"]""", (await AssignProcessAsync())["spec"]!["args"]!.ToJsonString());
    }

    [Fact]
    public async Task After_the_time_out_what_is_there_makes_a_run()
    {
        await PackAsync(await AddAsync("g", trigger: 10, timeout: 1), "only");
        Assert.Equal("""["only"]""", (await AssignProcessAsync())["spec"]!["args"]!.ToJsonString());
    }

    [Fact]
    public async Task A_generator_is_found_by_its_name_listed_and_removed()
    {
        var id = await AddAsync("g", trigger: 2);
        await Client.RefusedAsync(400, Executor, "addgeneratormsg", new() { ["generator"] = Generator("g", 2, 0) });
        await Client.RefusedAsync(400, Executor, "addgeneratormsg", new() { ["generator"] = Generator("h", 0, 0) });
        await Client.RefusedAsync(403, PrivateKey.New(), "packgeneratormsg", new() { ["generatorid"] = id, ["arg"] = "a" });
        Assert.Equal(id, (string)(await Client.OkAsync(Executor, "resolvegeneratormsg", new() { ["colonyname"] = Colony, ["generatorname"] = "g" }))["generatorid"]!);
        Assert.Single((await Client.OkAsync(Executor, "getgeneratorsmsg", new() { ["colonyname"] = Colony, ["count"] = 10 })).AsArray());
        await Client.OkAsync(Executor, "removegeneratormsg", new() { ["generatorid"] = id });
        await Client.RefusedAsync(500, Executor, "getgeneratormsg", new() { ["generatorid"] = id });
    }

    private async Task<string> AddAsync(string name, int trigger, int timeout = 0) =>
        (string)(await Client.OkAsync(Executor, "addgeneratormsg", new() { ["generator"] = Generator(name, trigger, timeout) }))["generatorid"]!;

    private Task PackAsync(string id, string arg) => Client.OkAsync(Executor, "packgeneratormsg", new() { ["generatorid"] = id, ["arg"] = arg });

    private JsonObject Generator(string name, int trigger, int timeout) => new()
    {
        ["name"] = name,
        ["colonyname"] = Colony,
        ["trigger"] = trigger,
        ["timeout"] = timeout,
        ["workflowspec"] = new JsonObject { ["colonyname"] = Colony, ["functionspecs"] = new JsonArray(Spec(s => s["nodename"] = "n")) }.ToJsonString(),
    };
}
