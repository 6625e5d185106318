using System.Text.Json.Nodes;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>Clients of earlier releases: colonies and executors by their ids, other names of messages and members.</summary>
[Collection(Messages.Name)]
public sealed class OldClientTests(ColoniesFixture fixture) : ColoniesTest(fixture)
{
    [Fact]
    public async Task Work_goes_all_the_way_in_the_words_of_release_1_0()
    {
        var key = Muster.Signatures.PrivateKey.New();
        var added = await Client.OkAsync(Owner, "addruntimemsg", new()
        {
            ["runtime"] = new JsonObject { ["runtimeid"] = key.Id, ["runtimetype"] = "cli", ["name"] = "old", ["colonyid"] = Owner.Id },
        });
        Assert.Equal((key.Id, "cli", "old", Owner.Id), ((string)added["runtimeid"]!, (string)added["runtimetype"]!, (string)added["name"]!, (string)added["colonyid"]!));
        await Client.OkAsync(Owner, "approveruntimemsg", new() { ["runtimeid"] = key.Id });

        var submitted = await Client.OkAsync(key, "submitprocessespecmsg", new()
        {
            ["spec"] = new JsonObject
            {
                ["name"] = "n",
                ["func"] = "sleep",
                ["args"] = new JsonArray("3"),
                ["conditions"] = new JsonObject { ["colonyid"] = Owner.Id, ["runtimeids"] = new JsonArray(key.Id), ["runtimetype"] = "cli" },
            },
        });
        await Client.RefusedAsync(404, Executor, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = -1 });

        var assigned = await Client.OkAsync(key, "assignprocessmsg", new() { ["colonyid"] = Owner.Id, ["timeout"] = 10 });
        Assert.Equal((string)submitted["processid"]!, (string)assigned["processid"]!);
        Assert.Equal(("sleep", "n"), ((string)assigned["spec"]!["func"]!, (string)assigned["spec"]!["name"]!));
        Assert.Equal(Owner.Id, (string)assigned["spec"]!["conditions"]!["colonyid"]!);
        Assert.Equal(key.Id, (string)assigned["spec"]!["conditions"]!["runtimeids"]![0]!);

        await Client.OkAsync(key, "closesuccessfulmsg", new() { ["processid"] = (string)assigned["processid"]! });
        Assert.Equal(2, (int)(await Client.OkAsync(key, "getprocessesmsg", new() { ["colonyid"] = Owner.Id, ["count"] = 10, ["state"] = 2 }))[0]!["state"]!);
        await Client.OkAsync(key, "deleteprocessmsg", new() { ["processid"] = (string)assigned["processid"]! });
        await Client.OkAsync(Owner, "deleteruntimemsg", new() { ["runtimeid"] = key.Id });
        await Client.RefusedAsync(403, key, "assignprocessmsg", new() { ["colonyid"] = Owner.Id, ["timeout"] = -1 });
    }

    [Fact]
    public async Task Present_clients_read_no_members_of_old_ones()
    {
        var process = await SubmitProcessAsync();
        Assert.False(process["spec"]!["conditions"]!.AsObject().ContainsKey("colonyid"));
    }

    [Fact]
    public async Task A_stranger_cannot_use_a_colony_by_its_id() =>
        await Client.RefusedAsync(403, Muster.Signatures.PrivateKey.New(), "getprocessesmsg", new() { ["colonyid"] = Owner.Id, ["count"] = 10, ["state"] = 0 });

    [Fact]
    public async Task Who_asks_for_the_latest_gets_what_would_come_last()
    {
        var first = await SubmitProcessAsync();
        var urgent = await SubmitProcessAsync(s => s["priority"] = 1);
        var last = await SubmitProcessAsync();
        await SubmitProcessAsync(s => s["conditions"]!["executornames"] = new JsonArray("somebody"));

        Assert.Equal((string)last["processid"]!, await LatestAsync());
        Assert.Equal((string)first["processid"]!, await LatestAsync());
        Assert.Equal((string)urgent["processid"]!, await LatestAsync());
        await Client.RefusedAsync(404, Executor, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = -1, ["latest"] = true });

        // When nothing waits, what comes is the last.
        var waiting = LatestAsync();
        Assert.Equal((string)(await SubmitProcessAsync())["processid"]!, await waiting);
    }

    [Fact]
    public async Task Many_who_ask_for_the_latest_get_each_another_process()
    {
        var submitted = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            submitted.Add((string)(await SubmitProcessAsync())["processid"]!);
        }

        var got = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => i % 4 == 0 ? FirstAsync() : LatestAsync()));
        Assert.Equal(submitted.Order(), got.Order());
    }

    private async Task<string> LatestAsync() =>
        (string)(await Client.OkAsync(Executor, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = 30, ["latest"] = true }))["processid"]!;

    private async Task<string> FirstAsync() => (string)(await AssignProcessAsync())["processid"]!;
}
