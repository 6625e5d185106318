using System.Text.Json.Nodes;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>One key for several members.</summary>
[Collection(Messages.Name)]
public sealed class MemberTests(ColoniesFixture fixture) : ColoniesTest(fixture)
{
    [Fact]
    public async Task A_user_runs_an_executor_by_his_own_key()
    {
        var key = await UserAsync("anna");
        var id = (string)(await SubmitProcessAsync(by: key))["processid"]!;
        await Client.OkAsync(Owner, "addexecutormsg", new()
        {
            ["executor"] = new JsonObject { ["executorid"] = key.Id, ["executorname"] = "hers", ["executortype"] = "cli", ["colonyname"] = Colony },
        });

        // Not approved, it is the user still.
        await Client.RefusedAsync(500, key, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = -1 });
        Assert.Equal(id, (string)(await ProcessAsync(id, key))["processid"]!);

        await Client.OkAsync(Owner, "approveexecutormsg", new() { ["colonyname"] = Colony, ["executorname"] = "hers" });
        Assert.Equal(id, (string)(await AssignProcessAsync(key))["processid"]!);
        await Client.OkAsync(key, "closesuccessfulmsg", new() { ["processid"] = id });
        Assert.Equal("anna", (string)(await Client.OkAsync(key, "getuserbyidmsg", new() { ["colonyname"] = Colony, ["userid"] = key.Id }))["name"]!);

        await Client.OkAsync(Owner, "removeexecutormsg", new() { ["colonyname"] = Colony, ["executorname"] = "hers" });
        await SubmitProcessAsync(by: key);
        await Client.RefusedAsync(500, key, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = -1 });
    }
}
