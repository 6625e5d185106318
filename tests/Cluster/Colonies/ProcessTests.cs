using System.Text.Json.Nodes;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

[Collection(Scheduling.Name)]
public sealed class ProcessTests(ColoniesFixture fixture) : ColoniesTest(fixture)
{
    [Fact]
    public async Task A_process_is_submitted_assigned_and_closed()
    {
        var submitted = await SubmitProcessAsync(s => s["env"] = new JsonObject { ["A"] = "1" });
        Assert.Equal(0, (int)submitted["state"]!);
        Assert.Equal(64, ((string)submitted["processid"]!).Length);
        Assert.Equal((Executor.Id, "worker"), ((string)submitted["initiatorid"]!, (string)submitted["initiatorname"]!));

        var assigned = await AssignProcessAsync();
        Assert.Equal((string)submitted["processid"]!, (string)assigned["processid"]!);
        Assert.Equal(1, (int)assigned["state"]!);
        Assert.True((bool)assigned["isassigned"]!);
        Assert.Equal(Executor.Id, (string)assigned["assignedexecutorid"]!);
        Assert.Equal("""["a",1]""", assigned["spec"]!["args"]!.ToJsonString());
        var attribute = Assert.Single(assigned["attributes"]!.AsArray())!;
        Assert.Equal((3, "A", "1"), ((int)attribute["attributetype"]!, (string)attribute["key"]!, (string)attribute["value"]!));

        var id = (string)assigned["processid"]!;
        await Client.OkAsync(Executor, "closesuccessfulmsg", new() { ["processid"] = id, ["out"] = new JsonArray("done", 2) });
        var closed = await ProcessAsync(id);
        Assert.Equal(2, (int)closed["state"]!);
        Assert.Equal("""["done",2]""", closed["out"]!.ToJsonString());
        Assert.Equal("[]", closed["errors"]!.ToJsonString());
        Assert.Equal(Executor.Id, (string)closed["assignedexecutorid"]!);
    }

    [Fact]
    public async Task A_question_for_work_waits_until_there_is_some()
    {
        var waiting = AssignProcessAsync();
        var submitted = await SubmitProcessAsync();
        Assert.Equal((string)submitted["processid"]!, (string)(await waiting)["processid"]!);
    }

    [Fact]
    public async Task Without_work_a_question_ends_with_404()
    {
        Assert.Equal("No process available for assignment", await Client.RefusedAsync(404, Executor, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = -1 }));
        Assert.Equal("No process available for assignment", await Client.RefusedAsync(404, Executor, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = 1 }));
    }

    [Fact]
    public async Task A_process_that_runs_too_long_is_tried_again_and_then_failed()
    {
        var id = (string)(await SubmitProcessAsync(s =>
        {
            s["maxexectime"] = 1;
            s["maxretries"] = 1;
        }))["processid"]!;

        Assert.Equal(0, (int)(await AssignProcessAsync())["retries"]!);
        Assert.Equal(1, (int)(await AssignProcessAsync())["retries"]!);
        var failed = await Support.Eventually.SeeAsync(() => ProcessAsync(id), p => (int)p["state"]! == 3);
        Assert.Equal("""["Maximum execution time limit exceeded"]""", failed["errors"]!.ToJsonString());
        Assert.Equal(1, (int)failed["retries"]!);
        await Client.RefusedAsync(400, Executor, "closesuccessfulmsg", new() { ["processid"] = id });
    }
}
