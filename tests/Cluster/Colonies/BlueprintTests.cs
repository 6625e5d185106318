using System.Text.Json.Nodes;
using Muster.Signatures;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

[Collection(Messages.Name)]
public sealed class BlueprintTests(ColoniesFixture fixture) : RolesTest(fixture)
{
    [Fact]
    public async Task A_definition_is_added_read_and_removed()
    {
        Assert.Equal("[]", (await Client.OkAsync(Executor, "getblueprintdefinitionsmsg", Of())).ToJsonString());
        var added = await DefineAsync(handler: true);
        Assert.Equal(64, ((string)added["blueprintdefinitionid"]!).Length);
        Assert.Equal(("Lamp", "lamps", "reconciler", "reconcile"), ((string)added["kind"]!, (string)added["metadata"]!["name"]!, (string)added["spec"]!["handler"]!["executorType"]!, (string)added["spec"]!["handler"]!["functionName"]!));
        Assert.Equal(["LampList", "lamp"], [(string)added["spec"]!["names"]!["listKind"]!, (string)added["spec"]!["names"]!["shortNames"]![0]!]);
        Assert.Equal(added.ToJsonString(), (await Client.OkAsync(Executor, "getblueprintdefinitionmsg", Of("lamps"))).ToJsonString());
        Assert.Equal($"[{added.ToJsonString()}]", (await Client.OkAsync(Owner, "getblueprintdefinitionsmsg", Of())).ToJsonString());

        Assert.Equal("{}", (await Client.OkAsync(Owner, "removeblueprintdefinitionmsg", In("lamps"))).ToJsonString());
        await Client.RefusedAsync(404, Owner, "getblueprintdefinitionmsg", Of("lamps"));
        await Client.RefusedAsync(404, Owner, "removeblueprintdefinitionmsg", In("lamps"));
    }

    [Fact]
    public async Task A_definition_that_is_wrong_or_twice_is_refused()
    {
        await Client.RefusedAsync(400, Owner, "addblueprintdefinitionmsg");
        await Client.RefusedAsync(400, Owner, "addblueprintdefinitionmsg", new() { ["blueprintdefinition"] = null });
        await Client.RefusedAsync(403, Owner, "addblueprintdefinitionmsg", new() { ["blueprintdefinition"] = new JsonObject { ["metadata"] = null } });
        await Client.RefusedAsync(400, Owner, "addblueprintdefinitionmsg", Definition(d => d["metadata"]!["name"] = ""));
        await Client.RefusedAsync(400, Owner, "addblueprintdefinitionmsg", Definition(d => (d["kind"], d["spec"]!["names"]) = (null, null)));
        await Client.RefusedAsync(400, Owner, "addblueprintdefinitionmsg", Definition(d => d["spec"]!["handler"] = new JsonObject { ["executorType"] = "not a type" }));
        await Client.RefusedAsync(400, Owner, "addblueprintdefinitionmsg", Definition(d => d["spec"] = "text"));
        await DefineAsync();
        await Client.RefusedAsync(409, Owner, "addblueprintdefinitionmsg", Definition());
        await Client.RefusedAsync(409, Owner, "addblueprintdefinitionmsg", Definition(d => d["metadata"]!["name"] = "others"));
        await Client.RefusedAsync(409, Owner, "addblueprintdefinitionmsg", Definition(d => (d["kind"], d["spec"]!["names"]!["kind"]) = ("Other", "Other")));
        await AddAsync("one");
        await Client.RefusedAsync(409, Owner, "removeblueprintdefinitionmsg", In("lamps"));
        await Client.OkAsync(Executor, "removeblueprintmsg", In("one"));
        await Client.OkAsync(Owner, "removeblueprintdefinitionmsg", In("lamps"));

        var bare = await Client.OkAsync(Owner, "addblueprintdefinitionmsg", Definition(d => d["spec"] = null));
        Assert.Equal("Lamp", (string)bare["spec"]!["names"]!["kind"]!);
    }

    [Fact]
    public async Task Everybody_may_do_what_the_contract_says()
    {
        await OnlyForAsync([Who.Owner], "addblueprintdefinitionmsg", Definition());
        await OnlyForAsync(MembersAndOwner, "getblueprintdefinitionmsg", Of("lamps"));
        await OnlyForAsync(MembersAndOwner, "getblueprintdefinitionsmsg", Of());
        await OnlyForAsync(MembersAndOwner, "addblueprintmsg", Blueprint("one"));
        await OnlyForAsync(MembersAndOwner, "getblueprintmsg", In("one"));
        await OnlyForAsync(MembersAndOwner, "getblueprintsmsg", In(""));
        await OnlyForAsync(MembersAndOwner, "updateblueprintmsg", Blueprint("one"));
        await OnlyForAsync(MembersAndOwner, "updateblueprintstatusmsg", Status("one", new JsonObject()));
        await OnlyForAsync(MembersAndOwner, "reconcileblueprintmsg", In("one"));
        var id = (string)(await GetAsync("one"))["blueprintid"]!;
        foreach (var who in Enum.GetValues<Who>())
        {
            var answer = await Client.SendAsync(await KeyAsync(who), "getblueprinthistorymsg", new() { ["blueprintid"] = id });
            var expected = MembersAndOwner.Contains(who) ? 200 : who is Who.Neighbour or Who.OtherOwner ? 404 : 403;
            Assert.True(expected == answer.Status, $"{who}: {answer.Status}");
        }

        await OnlyForAsync(MembersAndOwner, "removeblueprintmsg", In("one"));
        await OnlyForAsync([Who.Owner], "removeblueprintdefinitionmsg", In("lamps"));

        await UnknownColonyAsync(403, "addblueprintmsg", new() { ["blueprint"] = new JsonObject { ["kind"] = "Lamp", ["metadata"] = new JsonObject { ["name"] = "x", ["colonyname"] = "nowhere" } } });
        foreach (var type in (string[])["getblueprintdefinitionmsg", "getblueprintdefinitionsmsg", "removeblueprintdefinitionmsg", "getblueprintmsg", "getblueprintsmsg", "removeblueprintmsg", "reconcileblueprintmsg"])
        {
            await UnknownColonyAsync(403, type, new() { ["colonyname"] = "nowhere", ["namespace"] = "nowhere", ["name"] = "x" });
        }
    }

    [Fact]
    public async Task A_blueprint_is_added_read_listed_and_removed()
    {
        await DefineAsync();
        Assert.Equal("[]", (await Client.OkAsync(Executor, "getblueprintsmsg", In(""))).ToJsonString());
        var added = await AddAsync("one", b => (b["metadata"]!["locationname"], b["metadata"]!["labels"]) = ("lab", new JsonObject { ["a"] = "b" }));
        Assert.Equal(64, ((string)added["blueprintid"]!).Length);
        Assert.Equal(("Lamp", "one", 1, true), ((string)added["kind"]!, (string)added["metadata"]!["name"]!, (int)added["metadata"]!["generation"]!, (bool)added["spec"]!["power"]!));
        Assert.Equal("0001-01-01T00:00:00Z", (string)added["metadata"]!["lastReconciliationTime"]!);
        Assert.Null(added["status"]);
        Assert.NotEqual("0001-01-01T00:00:00Z", (string)added["metadata"]!["createdAt"]!);
        Assert.Equal(added.ToJsonString(), (await GetAsync("one")).ToJsonString());
        Assert.Equal("lab", (string)(await Client.OkAsync(Executor, "getlocationmsg", Of("lab")))["name"]!);
        await AddAsync("two", b => b["metadata"]!["locationname"] = "lab");
        await AddAsync("three");

        Assert.Equal(["one", "two", "three"], await ListAsync());
        Assert.Equal(["one", "two", "three"], await ListAsync(kind: "Lamp"));
        Assert.Equal([], await ListAsync(kind: "Door"));
        Assert.Equal(["one", "two"], await ListAsync(kind: "Lamp", location: "lab"));
        Assert.Equal([], await ListAsync(location: "elsewhere"));

        Assert.Equal("{}", (await Client.OkAsync(Executor, "removeblueprintmsg", In("one"))).ToJsonString());
        await Client.RefusedAsync(404, Executor, "getblueprintmsg", In("one"));
        await Client.RefusedAsync(404, Executor, "removeblueprintmsg", In("one"));
        await Client.RefusedAsync(404, Executor, "getblueprinthistorymsg", new() { ["blueprintid"] = (string)added["blueprintid"]! });
        Assert.Equal(["two", "three"], await ListAsync());
        Assert.NotEqual((string)added["blueprintid"]!, (string)(await AddAsync("one"))["blueprintid"]!);
    }

    [Fact]
    public async Task A_blueprint_that_is_wrong_or_missing_is_refused()
    {
        await Client.RefusedAsync(400, Executor, "addblueprintmsg", Blueprint("one"));
        await DefineAsync(schema: """{"type":"object","required":["power"],"properties":{"power":{"type":"boolean"},"color":{"type":"string","enum":["red","blue"]},"at":{"type":"object","properties":{"x":{"type":"number"}}},"list":{"type":"array","items":{"type":"number"}}}}""");
        await Client.RefusedAsync(400, Executor, "addblueprintmsg");
        await Client.RefusedAsync(400, Executor, "addblueprintmsg", new() { ["blueprint"] = null });
        await Client.RefusedAsync(403, Executor, "addblueprintmsg", new() { ["blueprint"] = new JsonObject { ["metadata"] = null } });
        await Client.RefusedAsync(400, Executor, "addblueprintmsg", Blueprint(""));
        await Client.RefusedAsync(400, Executor, "addblueprintmsg", Blueprint("one", b => b["kind"] = null));
        await Client.RefusedAsync(400, Executor, "addblueprintmsg", Blueprint("one", b => b["spec"] = new JsonArray()));
        foreach (var wrong in (string[])["{}", """{"power":1}""", """{"power":true,"color":"green"}""", """{"power":true,"at":{"x":"y"}}""", """{"power":true,"list":[1,"2"]}"""])
        {
            await Client.RefusedAsync(400, Executor, "addblueprintmsg", Blueprint("one", b => b["spec"] = JsonNode.Parse(wrong)));
        }

        await AddAsync("one", b => b["spec"] = JsonNode.Parse("""{"power":true,"color":"red","at":{"x":1},"list":[1,2],"more":null}"""));
        await Client.RefusedAsync(409, Executor, "addblueprintmsg", Blueprint("one"));
        await Client.RefusedAsync(404, Executor, "updateblueprintmsg", Blueprint("two"));
        await Client.RefusedAsync(400, Executor, "updateblueprintmsg", Blueprint("one", b => b["spec"] = new JsonObject()));
        await Client.RefusedAsync(404, Executor, "updateblueprintstatusmsg", Status("two", new JsonObject()));
        await Client.RefusedAsync(400, Executor, "updateblueprintstatusmsg", Status("one", 1));
        await Client.RefusedAsync(404, Executor, "reconcileblueprintmsg", In("two"));
        await Client.RefusedAsync(400, Executor, "reconcileblueprintmsg", In("one"));
        await Client.RefusedAsync(404, Executor, "getblueprinthistorymsg", new() { ["blueprintid"] = null });
        await Client.RefusedAsync(404, Executor, "getblueprintmsg", new() { ["namespace"] = Colony, ["name"] = null });
    }

    [Fact]
    public async Task Every_change_of_the_spec_is_a_generation_that_is_remembered()
    {
        await DefineAsync();
        var id = (string)(await AddAsync("one"))["blueprintid"]!;
        Assert.Equal(1, Generation(await UpdateAsync("one", power: true)));
        var changed = await UpdateAsync("one", power: false);
        Assert.Equal((2, id), (Generation(changed), (string)changed["blueprintid"]!));
        Assert.Equal(3, Generation(await UpdateAsync("one", power: false, force: true)));
        Assert.False((bool)(await GetAsync("one"))["spec"]!["power"]!);

        var history = (await HistoryAsync(id)).AsArray();
        Assert.Equal([(3, "update", false), (2, "update", false), (1, "create", true)], history.Select(h => ((int)h!["generation"]!, (string)h["changetype"]!, (bool)h["spec"]!["power"]!)));
        Assert.All(history, h => Assert.Equal((id, Colony, "one", "Lamp", Executor.Id), ((string)h!["blueprintid"]!, (string)h["namespace"]!, (string)h["name"]!, (string)h["kind"]!, (string)h["changedby"]!)));
        Assert.Equal(history[0]!.ToJsonString(), Assert.Single((await HistoryAsync(id, limit: 1)).AsArray())!.ToJsonString());
    }

    [Fact]
    public async Task Changes_at_the_same_time_follow_each_other()
    {
        await DefineAsync();
        var id = (string)(await AddAsync("one"))["blueprintid"]!;
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => UpdateAsync("one", power: true, force: true)));
        Assert.Equal(11, Generation(await GetAsync("one")));
        Assert.Equal(Enumerable.Range(1, 11).Reverse(), (await HistoryAsync(id)).AsArray().Select(h => (int)h!["generation"]!));
    }

    [Fact]
    public async Task The_status_is_kept_apart_from_the_spec()
    {
        await DefineAsync();
        await AddAsync("one");
        Assert.Equal("{}", (await Client.OkAsync(Executor, "updateblueprintstatusmsg", Status("one", new JsonObject { ["power"] = false }))).ToJsonString());
        var read = await GetAsync("one");
        Assert.Equal((false, true, 1), ((bool)read["status"]!["power"]!, (bool)read["spec"]!["power"]!, Generation(read)));
        await UpdateAsync("one", power: false);
        Assert.False((bool)(await GetAsync("one"))["status"]!["power"]!);
    }

    [Fact]
    public async Task Who_reconciles_a_kind_is_given_its_blueprints()
    {
        await DefineAsync(handler: true);
        var reconciler = await ExecutorAsync("reconciler", "reconciler", location: "Lab");
        var added = await AddAsync("one", b => b["metadata"]!["locationname"] = "lab");
        var process = await AssignProcessAsync(reconciler);
        Assert.Equal((string)added["metadata"]!["lastReconciliationProcess"]!, (string)process["processid"]!);
        Assert.Equal(("reconcile", """{"blueprintName":"one","kind":"Lamp"}"""), ((string)process["spec"]!["funcname"]!, process["spec"]!["kwargs"]!.ToJsonString()));
        Assert.Equal((Executor.Id, "worker"), ((string)process["initiatorid"]!, (string)process["initiatorname"]!));

        await UpdateAsync("one", power: true, location: "lab");
        await UpdateAsync("one", power: false, location: "lab");
        Assert.Equal((string)(await GetAsync("one"))["metadata"]!["lastReconciliationProcess"]!, (string)(await AssignProcessAsync(reconciler))["processid"]!);

        var asked = await Client.OkAsync(Executor, "reconcileblueprintmsg", With(In("one"), "force", true));
        Assert.Equal((0, "true"), ((int)asked["state"]!, asked["spec"]!["kwargs"]!["force"]!.ToJsonString()));
        Assert.Equal((string)asked["processid"]!, (string)(await AssignProcessAsync(reconciler))["processid"]!);
        Assert.Equal(3, Generation(await GetAsync("one")));

        asked = await Client.OkAsync(Owner, "reconcileblueprintmsg", In("one"));
        Assert.Equal((Owner.Id, ""), ((string)asked["initiatorid"]!, (string)asked["initiatorname"]!));
        process = await AssignProcessAsync(reconciler);
        Assert.Equal((Owner.Id, ""), ((string)process["initiatorid"]!, (string)process["initiatorname"]!));
        Assert.Equal(3, Generation(await GetAsync("one")));

        await Client.OkAsync(Executor, "removeblueprintmsg", In("one"));
        process = await AssignProcessAsync(reconciler);
        Assert.Equal(("cleanup", """{"blueprintName":"one","kind":"Lamp"}"""), ((string)process["spec"]!["funcname"]!, process["spec"]!["kwargs"]!.ToJsonString()));
        await Client.RefusedAsync(404, reconciler, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = -1 });
    }

    [Fact]
    public async Task A_kind_at_a_location_is_reconciled_again_and_again_as_long_as_it_has_blueprints()
    {
        await DefineAsync(handler: true);
        await AddAsync("one", b => b["metadata"]!["locationname"] = "lab");
        await AddAsync("two", b => b["metadata"]!["locationname"] = "lab");
        await AddAsync("three");
        var crons = await CronsAsync();
        Assert.Equal(["reconcile-Lamp", "reconcile-Lamp-lab"], crons.Select(c => (string)c["name"]!).Order());
        Assert.All(crons, c => Assert.Equal((60, true), ((int)c["interval"]!, (bool)c["waitforprevprocessgraph"]!)));

        var there = await ExecutorAsync("there", "reconciler", location: "lab");
        for (var i = 0; i < 3; i++)
        {
            await CloseAsync(there, await AssignProcessAsync(there));
        }

        await Client.OkAsync(Executor, "runcronmsg", new() { ["cronid"] = (string)crons.Single(c => (string)c["name"]! == "reconcile-Lamp-lab")["cronid"]! });
        var process = await AssignProcessAsync(there);
        Assert.Equal(("reconcile", """{"kind":"Lamp"}""", "lab"), ((string)process["spec"]!["funcname"]!, process["spec"]!["kwargs"]!.ToJsonString(), (string)process["spec"]!["conditions"]!["locationname"]!));
        await CloseAsync(there, process);

        await Client.OkAsync(Executor, "removeblueprintmsg", In("one"));
        Assert.Equal(2, (await CronsAsync()).Count);
        await UpdateAsync("two", power: true, location: "hall");
        Assert.Equal(["reconcile-Lamp", "reconcile-Lamp-hall"], (await CronsAsync()).Select(c => (string)c["name"]!).Order());
        await Client.OkAsync(Executor, "removeblueprintmsg", In("two"));
        await Client.OkAsync(Executor, "removeblueprintmsg", In("three"));
        Assert.Empty(await CronsAsync());
    }

    [Fact]
    public async Task A_cron_that_is_missing_is_made_when_somebody_adds_the_blueprint_again()
    {
        await DefineAsync(handler: true);
        await AddAsync("one", b => b["metadata"]!["locationname"] = "lab");
        await Client.OkAsync(Executor, "removecronmsg", new() { ["cronid"] = (string)Assert.Single(await CronsAsync())["cronid"]! });
        Assert.Empty(await CronsAsync());
        await Client.RefusedAsync(409, Executor, "addblueprintmsg", Blueprint("one"));
        Assert.Equal("reconcile-Lamp-lab", (string)Assert.Single(await CronsAsync())["name"]!);
    }

    [Fact]
    public async Task A_kind_is_defined_once_also_by_two_at_the_same_time()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Client.SendAsync(Owner, "addblueprintdefinitionmsg", Definition(d => d["metadata"]!["name"] = $"lamps{i}"))));
        Assert.Equal([200, 409, 409, 409, 409, 409, 409, 409], answers.Select(a => a.Status).Order());
        await Client.OkAsync(Owner, "removeblueprintdefinitionmsg", In((string)Assert.Single((await Client.OkAsync(Owner, "getblueprintdefinitionsmsg", Of())).AsArray())!["metadata"]!["name"]!));
        await DefineAsync();
    }

    [Fact]
    public async Task The_last_hundred_generations_are_remembered()
    {
        await DefineAsync();
        var id = (string)(await AddAsync("one"))["blueprintid"]!;
        for (var i = 0; i < 102; i++)
        {
            await UpdateAsync("one", power: true, force: true);
        }

        Assert.Equal(Enumerable.Range(4, 100).Reverse(), (await HistoryAsync(id)).AsArray().Select(h => (int)h!["generation"]!));
    }

    [Fact]
    public async Task Blueprints_go_with_their_colony()
    {
        await DefineAsync();
        var id = (string)(await AddAsync("one"))["blueprintid"]!;
        await Client.OkAsync(ServerOwner, "removecolonymsg", new() { ["colonyname"] = Colony });
        await InitializeAsync();
        Assert.Equal([], await ListAsync());
        Assert.Equal("[]", (await Client.OkAsync(Executor, "getblueprintdefinitionsmsg", Of())).ToJsonString());
        await Client.RefusedAsync(404, Executor, "getblueprinthistorymsg", new() { ["blueprintid"] = id });
    }

    private async Task<List<JsonNode>> CronsAsync() => [.. (await Client.OkAsync(Executor, "getcronsmsg", new() { ["colonyname"] = Colony, ["count"] = 10 })).AsArray().Select(c => c!)];

    private Task CloseAsync(PrivateKey executor, JsonNode process) => Client.OkAsync(executor, "closesuccessfulmsg", new() { ["processid"] = (string)process["processid"]! });

    private JsonObject Of(string name = "") => new() { ["colonyname"] = Colony, ["name"] = name };

    private JsonObject In(string name) => new() { ["namespace"] = Colony, ["name"] = name };

    private JsonObject Definition(Action<JsonObject>? change = null)
    {
        var definition = new JsonObject
        {
            ["kind"] = "Lamp",
            ["metadata"] = new JsonObject { ["name"] = "lamps", ["colonyname"] = Colony },
            ["spec"] = new JsonObject { ["names"] = new JsonObject { ["kind"] = "Lamp", ["listKind"] = "LampList", ["shortNames"] = new JsonArray("lamp") } },
        };
        change?.Invoke(definition);
        return new() { ["blueprintdefinition"] = definition };
    }

    private Task<JsonNode> DefineAsync(bool handler = false, string? schema = null) => Client.OkAsync(Owner, "addblueprintdefinitionmsg", Definition(d =>
    {
        d["spec"]!["handler"] = handler ? new JsonObject { ["executorType"] = "reconciler", ["functionName"] = "reconcile" } : null;
        d["spec"]!["schema"] = schema is null ? null : JsonNode.Parse(schema);
    }));

    private JsonObject Blueprint(string name, Action<JsonObject>? change = null)
    {
        var blueprint = new JsonObject
        {
            ["kind"] = "Lamp",
            ["metadata"] = new JsonObject { ["name"] = name, ["colonyname"] = Colony },
            ["handler"] = new JsonObject { ["executortype"] = "whoever" },
            ["spec"] = new JsonObject { ["power"] = true },
        };
        change?.Invoke(blueprint);
        return new() { ["blueprint"] = blueprint };
    }

    private static JsonObject With(JsonObject message, string name, JsonNode value)
    {
        message[name] = value;
        return message;
    }

    private Task<JsonNode> AddAsync(string name, Action<JsonObject>? change = null) => Client.OkAsync(Executor, "addblueprintmsg", Blueprint(name, change));

    private Task<JsonNode> UpdateAsync(string name, bool power, bool force = false, string? location = null) => Client.OkAsync(
        Executor, "updateblueprintmsg", With(Blueprint(name, b => (b["spec"], b["metadata"]!["locationname"]) = (new JsonObject { ["power"] = power }, location)), "forcegeneration", force));

    private Task<JsonNode> GetAsync(string name) => Client.OkAsync(Executor, "getblueprintmsg", In(name));

    private JsonObject Status(string name, JsonNode status) => new() { ["colonyname"] = Colony, ["blueprintname"] = name, ["status"] = status };

    private Task<JsonNode> HistoryAsync(string id, int? limit = null) => Client.OkAsync(Executor, "getblueprinthistorymsg", new() { ["blueprintid"] = id, ["limit"] = limit });

    private async Task<List<string>> ListAsync(string? kind = null, string? location = null) =>
        [.. (await Client.OkAsync(Executor, "getblueprintsmsg", new() { ["namespace"] = Colony, ["kind"] = kind, ["locationname"] = location })).AsArray().Select(b => (string)b!["metadata"]!["name"]!)];

    private static int Generation(JsonNode blueprint) => (int)blueprint["metadata"]!["generation"]!;
}
