using System.Text.Json.Nodes;
using Muster.Signatures;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

[Collection(Scheduling.Name)]
public sealed class CronTests(ColoniesFixture fixture) : ColoniesTest(fixture)
{
    [Fact]
    public async Task A_cron_submits_its_workflow_again_and_again_in_the_name_of_who_made_it()
    {
        var cron = await AddAsync(c => c["interval"] = 1);
        Assert.Equal((Executor.Id, "worker", 1000), ((string)cron["initiatorid"]!, (string)cron["initiatorname"]!, (int)cron["checkerperiod"]!));
        var (first, second) = (await AssignProcessAsync(), await AssignProcessAsync());
        Assert.NotEqual((string)first["processgraphid"]!, (string)second["processgraphid"]!);
        Assert.Equal(Executor.Id, (string)first["initiatorid"]!);
        await Client.OkAsync(Executor, "removecronmsg", new() { ["cronid"] = (string)cron["cronid"]! });
        await Client.RefusedAsync(500, Executor, "getcronmsg", new() { ["cronid"] = (string)cron["cronid"]! });
    }

    [Fact]
    public async Task A_run_gets_what_the_leaves_of_the_one_before_returned()
    {
        var id = (string)(await AddAsync(c =>
        {
            c["interval"] = 3600;
            c["waitforprevprocessgraph"] = true;
        }))["cronid"]!;
        await Client.OkAsync(Executor, "runcronmsg", new() { ["cronid"] = id });
        var first = await AssignProcessAsync();
        Assert.Equal("[]", first["in"]!.ToJsonString());
        await Client.OkAsync(Executor, "closesuccessfulmsg", new() { ["processid"] = (string)first["processid"]!, ["out"] = new JsonArray("left", 7) });
        await Client.OkAsync(Executor, "runcronmsg", new() { ["cronid"] = id });
        Assert.Equal("""["left",7]""", (await AssignProcessAsync())["in"]!.ToJsonString());
        Assert.Equal(64, ((string)(await Client.OkAsync(Executor, "getcronmsg", new() { ["cronid"] = id }))["prevprocessgraphid"]!).Length);
    }

    [Fact]
    public async Task What_is_no_cron_is_refused()
    {
        await AddAsync(c => c["interval"] = 3600);
        foreach (var wrong in (Action<JsonObject>[])
        [
            c => c["interval"] = 0,
            c => c["interval"] = 3600,
            c => (c["name"], c["cronexpression"]) = ("b", "* * * * *"),
            c => (c["name"], c["cronexpression"]) = ("b", "61 * * * * *"),
            c => (c["name"], c["cronexpression"], c["random"]) = ("b", "0 0 1 * * *", true),
            c => (c["name"], c["interval"], c["workflowspec"]) = ("b", 1, "{"),
            c => (c["name"], c["interval"], c["workflowspec"]) = ("b", 1, """{"functionspecs":[]}"""),
        ])
        {
            await Client.RefusedAsync(400, Executor, "addcronmsg", new() { ["cron"] = Cron(wrong) });
        }

        await Client.RefusedAsync(403, PrivateKey.New(), "addcronmsg", new() { ["cron"] = Cron(c => c["name"] = "b") });
        Assert.Single((await Client.OkAsync(Executor, "getcronsmsg", new() { ["colonyname"] = Colony, ["count"] = 10 })).AsArray());
    }

    [Fact]
    public async Task An_expression_of_six_fields_says_when_it_runs_next()
    {
        var cron = await AddAsync(c => c["cronexpression"] = "0 0 1 1 JAN ?");
        Assert.Equal((1, 1), (((DateTimeOffset)cron["nextrun"]!).Month, ((DateTimeOffset)cron["nextrun"]!).Day));
        Assert.StartsWith("0001-01-01", (string)cron["lastrun"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_colony_its_crons_are_over()
    {
        await AddAsync(c => c["interval"] = 3600);
        await Client.OkAsync(ServerOwner, "removecolonymsg", new() { ["colonyname"] = Colony });
        Assert.Empty(await Seed.Store.Read.SchedulesAsync(Colony, null, 10));
    }

    private Task<JsonNode> AddAsync(Action<JsonObject> change) => Client.OkAsync(Executor, "addcronmsg", new() { ["cron"] = Cron(change) });

    private JsonObject Cron(Action<JsonObject> change)
    {
        var cron = new JsonObject
        {
            ["name"] = "a",
            ["colonyname"] = Colony,
            ["interval"] = -1,
            ["cronexpression"] = "",
            ["workflowspec"] = new JsonObject { ["colonyname"] = Colony, ["functionspecs"] = new JsonArray(Spec(s => s["nodename"] = "n")) }.ToJsonString(),
        };
        change(cron);
        return cron;
    }
}
