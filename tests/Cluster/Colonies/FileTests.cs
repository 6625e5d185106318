using System.Text.Json.Nodes;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

[Collection(Messages.Name)]
public sealed class FileTests(ColoniesFixture fixture) : RolesTest(fixture)
{
    [Fact]
    public async Task A_file_is_added_and_found_by_its_id_and_by_its_name()
    {
        var added = await AddAsync("/data", "a.txt", 5);
        Assert.Equal(64, ((string)added["fileid"]!).Length);
        Assert.Equal((1, 5, "sum5", "SHA256"), ((int)added["sequencenr"]!, (int)added["size"]!, (string)added["checksum"]!, (string)added["checksumalg"]!));
        Assert.InRange((DateTimeOffset)added["added"]!, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddSeconds(5));
        Assert.Equal(("s3", "object5", 443, true), ((string)added["ref"]!["protocol"]!, (string)added["ref"]!["s3object"]!["object"]!, (int)added["ref"]!["s3object"]!["port"]!, (bool)added["ref"]!["s3object"]!["tls"]!));

        Assert.Equal($"[{added.ToJsonString()}]", (await GetAsync(new() { ["fileid"] = (string)added["fileid"]!, ["label"] = null, ["name"] = null })).ToJsonString());
        Assert.Equal($"[{added.ToJsonString()}]", (await GetAsync(Of("/data", "a.txt", latest: true))).ToJsonString());
    }

    [Fact]
    public async Task Files_of_the_same_label_and_name_are_numbered()
    {
        await AddAsync("/data", "a", 1);
        await AddAsync("/data", "a", 2);
        await AddAsync("/other", "a", 3);
        var all = (await GetAsync(Of("/data", "a"))).AsArray();
        Assert.Equal([(2, 2), (1, 1)], all.Select(f => ((int)f!["sequencenr"]!, (int)f["size"]!)));
        Assert.Equal(2, (int)Assert.Single((await GetAsync(Of("/data", "a", latest: true))).AsArray())!["size"]!);
    }

    [Fact]
    public async Task No_number_is_given_out_twice_when_many_add_at_once()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AddAsync("/data", "a", i)));
        Assert.Equal(Enumerable.Range(1, 20), added.Select(f => (int)f["sequencenr"]!).Order());
        Assert.Equal(Enumerable.Range(1, 20).Reverse(), (await GetAsync(Of("/data", "a"))).AsArray().Select(f => (int)f!["sequencenr"]!));
    }

    [Fact]
    public async Task The_last_files_of_a_label_are_listed()
    {
        Assert.Equal("[]", (await ListAsync("/data")).ToJsonString());
        await AddAsync("/data", "b", 1);
        await AddAsync("/data", "a", 2);
        await AddAsync("/data", "b", 3);
        await AddAsync("/data/deep", "c", 4);
        Assert.Equal("""[{"name":"a","checksum":"sum2","size":2,"s3filename":"object2"},{"name":"b","checksum":"sum3","size":3,"s3filename":"object3"}]""", (await ListAsync("/data")).ToJsonString());
    }

    [Fact]
    public async Task Labels_are_listed_with_those_below_or_with_all_that_begin_so()
    {
        Assert.Equal("[]", (await LabelsAsync("", exact: false)).ToJsonString());
        await AddAsync("/data", "a", 1);
        await AddAsync("/data", "a", 2);
        await AddAsync("/data", "b", 3);
        await AddAsync("/data/deep", "c", 4);
        await AddAsync("/database", "d", 5);
        await AddAsync("/else", "e", 6);

        Assert.Equal("""[{"name":"/data","files":2},{"name":"/data/deep","files":1},{"name":"/database","files":1},{"name":"/else","files":1}]""", (await LabelsAsync("", exact: false)).ToJsonString());
        Assert.Equal(["/data", "/data/deep", "/database"], Names(await LabelsAsync("/data", exact: false)));
        Assert.Equal(["/data", "/data/deep"], Names(await LabelsAsync("/data", exact: true)));
        Assert.Equal("[]", (await LabelsAsync("/dat", exact: true)).ToJsonString());
        Assert.Equal(4, Names(await Client.OkAsync(Executor, "getfilelabelsmsg", new() { ["colonyname"] = Colony, ["name"] = null, ["exact"] = null })).Count);
    }

    [Fact]
    public async Task When_the_last_file_of_a_name_is_removed_the_one_before_is_the_last()
    {
        var one = await AddAsync("/data", "a", 1);
        var two = await AddAsync("/data", "a", 2);
        var three = await AddAsync("/data", "a", 3);
        Assert.Equal("{}", (await RemoveAsync(new() { ["fileid"] = (string)three["fileid"]! })).ToJsonString());
        Assert.Equal(2, (int)(await GetAsync(Of("/data", "a", latest: true)))[0]!["size"]!);
        await RemoveAsync(new() { ["fileid"] = (string)one["fileid"]! });
        Assert.Equal(3, (int)(await AddAsync("/data", "a", 4))["sequencenr"]!);
        Assert.Equal([4, 2], (await GetAsync(Of("/data", "a"))).AsArray().Select(f => (int)f!["size"]!));
        await RemoveAsync(Of("/data", "a"));
        await Client.RefusedAsync(404, Executor, "getfilemsg", With(Of("/data", "a")));
        await Client.RefusedAsync(400, Executor, "getfilemsg", With(new() { ["fileid"] = (string)two["fileid"]! }));
        Assert.Equal("[]", (await LabelsAsync("", exact: false)).ToJsonString());
        await RemoveAsync(Of("/data", "a"));
        Assert.Equal(1, (int)(await AddAsync("/data", "a", 5))["sequencenr"]!);
    }

    [Fact]
    public async Task Files_are_for_members()
    {
        await OnlyForAsync(Members, "addfilemsg", File("/data", "a", 1));
        await OnlyForAsync(Members, "getfilemsg", With(Of("/data", "a")));
        await OnlyForAsync(Members, "getfilesmsg", With(Of("/data", "")));
        await OnlyForAsync(Members, "getfilelabelsmsg", With(Of("", "")));
        await OnlyForAsync(Members, "removefilemsg", With(Of("/data", "a")));

        await UnknownColonyAsync(403, "addfilemsg", new() { ["file"] = new JsonObject { ["colonyname"] = "nowhere", ["label"] = "/data", ["name"] = "a" } });
        foreach (var type in (string[])["getfilemsg", "getfilesmsg", "getfilelabelsmsg", "removefilemsg"])
        {
            await UnknownColonyAsync(403, type, new() { ["colonyname"] = "nowhere", ["label"] = "/data", ["name"] = "a" });
        }
    }

    [Fact]
    public async Task A_file_that_is_wrong_or_missing_is_refused()
    {
        await Client.RefusedAsync(400, Executor, "addfilemsg");
        await Client.RefusedAsync(400, Executor, "addfilemsg", new() { ["file"] = null });
        await Client.RefusedAsync(400, Executor, "addfilemsg", File("", "a", 1));
        await Client.RefusedAsync(400, Executor, "addfilemsg", File("/data", "", 1));
        await Client.RefusedAsync(400, Executor, "addfilemsg", File(new string('x', 513), "a", 1));
        await Client.RefusedAsync(400, Executor, "addfilemsg", new() { ["file"] = new JsonObject { ["colonyname"] = Colony, ["label"] = "/data", ["name"] = "a", ["size"] = 1.5 } });
        await Client.RefusedAsync(400, Executor, "getfilemsg", With(new() { ["fileid"] = new string('0', 64) }));
        await Client.RefusedAsync(404, Executor, "getfilemsg", With(Of("/data", "a")));
        await Client.RefusedAsync(404, Executor, "getfilemsg", With(Of("/data", "a", latest: true)));
        await Client.RefusedAsync(500, Executor, "getfilemsg", With([]));
        await Client.RefusedAsync(500, Executor, "getfilemsg", With(Of("/data", "")));
        await Client.RefusedAsync(400, Executor, "removefilemsg", With([]));
        await RemoveAsync(new() { ["fileid"] = new string('0', 64) });

        var bare = await Client.OkAsync(Executor, "addfilemsg", new() { ["file"] = new JsonObject { ["colonyname"] = Colony, ["label"] = "/data", ["name"] = "bare", ["ref"] = null, ["added"] = null } });
        Assert.Equal("", (string)bare["ref"]!["s3object"]!["bucket"]!);
    }

    [Fact]
    public async Task A_snapshot_keeps_which_files_were_the_last()
    {
        Assert.Equal("[]", (await Client.OkAsync(Executor, "getsnapshotsmsg", With([]))).ToJsonString());
        var a = (string)(await AddAsync("/data", "a", 1))["fileid"]!;
        var b = (string)(await AddAsync("/data/deep", "b", 2))["fileid"]!;
        await AddAsync("/database", "c", 3);

        var snapshot = await SnapshotAsync("/data/", "before");
        Assert.Equal(64, ((string)snapshot["snapshotid"]!).Length);
        Assert.Equal((Colony, "/data", "before"), ((string)snapshot["colonyname"]!, (string)snapshot["label"]!, (string)snapshot["name"]!));
        Assert.Equal([a, b], snapshot["fileids"]!.AsArray().Select(f => (string)f!));

        var newer = (string)(await AddAsync("/data", "a", 4))["fileid"]!;
        Assert.Equal(snapshot.ToJsonString(), (await Client.OkAsync(Executor, "getsnapshotmsg", With(new() { ["name"] = "before", ["snapshotid"] = null }))).ToJsonString());
        Assert.Equal(snapshot.ToJsonString(), (await Client.OkAsync(Executor, "getsnapshotmsg", With(new() { ["snapshotid"] = (string)snapshot["snapshotid"]! }))).ToJsonString());
        Assert.Equal(1, (int)(await GetAsync(new() { ["fileid"] = a }))[0]!["size"]!);
        Assert.Equal([newer, b], (await SnapshotAsync("/data", "after"))["fileids"]!.AsArray().Select(f => (string)f!));
        Assert.Equal("[]", (await SnapshotAsync("/none", "empty"))["fileids"]!.ToJsonString());
        Assert.Equal(["empty", "after", "before"], Names(await Client.OkAsync(Executor, "getsnapshotsmsg", With([]))));

        Assert.Equal("{}", (await Client.OkAsync(Executor, "removesnapshotmsg", With(new() { ["snapshotid"] = (string)snapshot["snapshotid"]! }))).ToJsonString());
        await Client.OkAsync(Executor, "removesnapshotmsg", With(new() { ["name"] = "empty" }));
        await Client.OkAsync(Executor, "removesnapshotmsg", With(new() { ["name"] = "empty" }));
        Assert.Equal(["after"], Names(await Client.OkAsync(Executor, "getsnapshotsmsg", With([]))));
        Assert.Equal("{}", (await Client.OkAsync(Executor, "removeallsnapshotmsg", With([]))).ToJsonString());
        Assert.Equal("[]", (await Client.OkAsync(Executor, "getsnapshotsmsg", With([]))).ToJsonString());
    }

    [Fact]
    public async Task Snapshots_are_for_members_and_have_names_of_their_own()
    {
        await OnlyForAsync(Members, "createsnapshotmsg", With(new() { ["label"] = "/data", ["name"] = "s" }));
        await OnlyForAsync(Members, "getsnapshotmsg", With(new() { ["name"] = "s" }));
        await OnlyForAsync(Members, "getsnapshotsmsg", With([]));
        await OnlyForAsync(Members, "removesnapshotmsg", With(new() { ["name"] = "s" }));
        await OnlyForAsync(Members, "removeallsnapshotmsg", With([]));
        foreach (var type in (string[])["createsnapshotmsg", "getsnapshotmsg", "getsnapshotsmsg", "removesnapshotmsg", "removeallsnapshotmsg"])
        {
            await UnknownColonyAsync(403, type, new() { ["colonyname"] = "nowhere", ["label"] = "/data", ["name"] = "s" });
        }

        await SnapshotAsync("/data", "s");
        await Client.RefusedAsync(400, Executor, "createsnapshotmsg", With(new() { ["label"] = "/other", ["name"] = "s" }));
        await Client.RefusedAsync(400, Executor, "createsnapshotmsg", With(new() { ["label"] = null, ["name"] = null }));
        await Client.RefusedAsync(500, Executor, "getsnapshotmsg", With(new() { ["name"] = "none" }));
        await Client.RefusedAsync(500, Executor, "getsnapshotmsg", With(new() { ["snapshotid"] = new string('0', 64) }));
        await Client.RefusedAsync(500, Executor, "getsnapshotmsg", With([]));
        await Client.RefusedAsync(500, Executor, "removesnapshotmsg", With([]));
    }

    [Fact]
    public async Task Files_and_snapshots_go_with_their_colony()
    {
        await AddAsync("/data", "a", 1);
        await SnapshotAsync("/data", "s");
        await Client.OkAsync(ServerOwner, "removecolonymsg", new() { ["colonyname"] = Colony });
        await InitializeAsync();
        Assert.Equal("[]", (await LabelsAsync("", exact: false)).ToJsonString());
        Assert.Equal("[]", (await Client.OkAsync(Executor, "getsnapshotsmsg", With([]))).ToJsonString());
        Assert.Equal(1, (int)(await AddAsync("/data", "a", 1))["sequencenr"]!);
    }

    private JsonObject With(JsonObject members)
    {
        members["colonyname"] = Colony;
        return members;
    }

    private static JsonObject Of(string label, string name, bool latest = false) => new() { ["label"] = label, ["name"] = name, ["latest"] = latest };

    private JsonObject File(string label, string name, int size) => new()
    {
        ["file"] = new JsonObject
        {
            ["colonyname"] = Colony,
            ["label"] = label,
            ["name"] = name,
            ["size"] = size,
            ["checksum"] = $"sum{size}",
            ["checksumalg"] = "SHA256",
            ["ref"] = new JsonObject
            {
                ["protocol"] = "s3",
                ["s3object"] = new JsonObject { ["server"] = "s3.example", ["port"] = 443, ["tls"] = true, ["object"] = $"object{size}", ["bucket"] = "b" },
            },
        },
    };

    private Task<JsonNode> AddAsync(string label, string name, int size) => Client.OkAsync(Executor, "addfilemsg", File(label, name, size));

    private Task<JsonNode> GetAsync(JsonObject which) => Client.OkAsync(Executor, "getfilemsg", With(which));

    private Task<JsonNode> RemoveAsync(JsonObject which) => Client.OkAsync(Executor, "removefilemsg", With(which));

    private Task<JsonNode> ListAsync(string label) => Client.OkAsync(Executor, "getfilesmsg", With(new() { ["label"] = label }));

    private Task<JsonNode> LabelsAsync(string name, bool exact) => Client.OkAsync(Executor, "getfilelabelsmsg", With(new() { ["name"] = name, ["exact"] = exact }));

    private Task<JsonNode> SnapshotAsync(string label, string name) => Client.OkAsync(Executor, "createsnapshotmsg", With(new() { ["label"] = label, ["name"] = name }));

    private static List<string> Names(JsonNode list) => [.. list.AsArray().Select(l => (string)l!["name"]!)];
}
