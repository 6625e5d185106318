using System.Text.Json.Nodes;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

[Collection(Messages.Name)]
public sealed class LocationTests(ColoniesFixture fixture) : RolesTest(fixture)
{
    [Fact]
    public async Task A_location_is_added_read_and_removed()
    {
        Assert.Equal("[]", (await Client.OkAsync(Executor, "getlocationsmsg", Of())).ToJsonString());

        var added = await Client.OkAsync(Owner, "addlocationmsg", Location("lab"));
        Assert.Equal(64, ((string)added["locationid"]!).Length);
        Assert.Equal(("lab", Colony, "A room.", 22.14, -65.5), ((string)added["name"]!, (string)added["colonyname"]!, (string)added["description"]!, (double)added["long"]!, (double)added["lat"]!));
        await Client.OkAsync(Owner, "addlocationmsg", new() { ["location"] = new JsonObject { ["name"] = "bare", ["colonyname"] = Colony, ["description"] = null, ["long"] = null, ["lat"] = null } });

        Assert.Equal(added.ToJsonString(), (await Client.OkAsync(Executor, "getlocationmsg", Of("lab"))).ToJsonString());
        var all = (await Client.OkAsync(Executor, "getlocationsmsg", Of())).AsArray();
        Assert.Equal(["lab", "bare"], all.Select(l => (string)l!["name"]!));
        Assert.Equal("", (string)all[1]!["description"]!);

        Assert.Equal("{}", (await Client.OkAsync(Owner, "removelocationmsg", Of("lab"))).ToJsonString());
        await Client.RefusedAsync(404, Executor, "getlocationmsg", Of("lab"));
        await Client.RefusedAsync(404, Owner, "removelocationmsg", Of("lab"));
        Assert.Single((await Client.OkAsync(Executor, "getlocationsmsg", Of())).AsArray());
    }

    [Fact]
    public async Task The_owner_makes_locations_and_members_read_them()
    {
        await OnlyForAsync([Who.Owner], "addlocationmsg", Location("lab"));
        await OnlyForAsync(AnyMembers, "getlocationsmsg", Of());
        await OnlyForAsync(AnyMembers, "getlocationmsg", Of("lab"));
        await OnlyForAsync([Who.Owner], "removelocationmsg", Of("lab"));

        await UnknownColonyAsync(400, "addlocationmsg", new() { ["location"] = new JsonObject { ["name"] = "lab", ["colonyname"] = "nowhere" } });
        foreach (var type in (string[])["getlocationsmsg", "getlocationmsg", "removelocationmsg"])
        {
            await UnknownColonyAsync(400, type, new() { ["colonyname"] = "nowhere", ["name"] = "lab" });
        }
    }

    [Fact]
    public async Task A_location_that_is_wrong_is_refused()
    {
        await Client.RefusedAsync(400, Owner, "addlocationmsg");
        await Client.RefusedAsync(400, Owner, "addlocationmsg", new() { ["location"] = null });
        await Client.RefusedAsync(400, Owner, "addlocationmsg", Location(""));
        await Client.RefusedAsync(400, Owner, "addlocationmsg", Location(new string('x', 513)));
        await Client.RefusedAsync(400, Owner, "addlocationmsg", new() { ["location"] = new JsonArray() });
        await Client.OkAsync(Owner, "addlocationmsg", Location("lab"));
        await Client.RefusedAsync(400, Owner, "addlocationmsg", Location("lab"));
        await Client.RefusedAsync(404, Executor, "getlocationmsg", new() { ["colonyname"] = Colony, ["name"] = null });
    }

    [Fact]
    public async Task Locations_go_with_their_colony()
    {
        await Client.OkAsync(Owner, "addlocationmsg", Location("lab"));
        await Client.OkAsync(ServerOwner, "removecolonymsg", new() { ["colonyname"] = Colony });
        await InitializeAsync();
        Assert.Equal("[]", (await Client.OkAsync(Executor, "getlocationsmsg", Of())).ToJsonString());
    }

    private JsonObject Of(string name = "") => new() { ["colonyname"] = Colony, ["name"] = name };

    private JsonObject Location(string name) => new()
    {
        ["location"] = new JsonObject { ["name"] = name, ["colonyname"] = Colony, ["description"] = "A room.", ["long"] = 22.14, ["lat"] = -65.5 },
    };
}
