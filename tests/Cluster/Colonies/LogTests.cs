using System.Text.Json.Nodes;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

[Collection(Messages.Name)]
public sealed class LogTests(ColoniesFixture fixture) : RolesTest(fixture)
{
    [Fact]
    public async Task What_an_executor_logs_of_its_process_is_listed_in_the_order_in_which_it_was_said()
    {
        var id = await RunningAsync();
        Assert.Equal("[]", (await OfProcessAsync(id)).ToJsonString());
        var said = Enumerable.Range(0, 20).Select(i => $"line {i} ü").ToList();
        foreach (var line in said)
        {
            Assert.Equal("{}", (await LogAsync(id, line)).ToJsonString());
        }

        var logs = (await OfProcessAsync(id)).AsArray();
        Assert.Equal(said, Texts(logs));
        var times = logs.Select(Time).ToList();
        Assert.Equal(times.Distinct().Order(), times);
        Assert.All(logs, l => Assert.Equal((id, Colony, "worker"), ((string)l!["processid"]!, (string)l["colonyname"]!, (string)l["executorname"]!)));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        Assert.InRange(times[^1], now - 300_000_000_000, now + 5_000_000_000);

        Assert.Equal(said[..3], Texts(await OfProcessAsync(id, count: 3)));
        Assert.Equal(said[^3..], Texts(await OfProcessAsync(id, count: 3, latest: true)));
        Assert.Equal(said[8..], Texts(await OfProcessAsync(id, since: times[7])));
        Assert.Equal("[]", (await OfProcessAsync(id, since: times[^1])).ToJsonString());
        Assert.Equal("[]", (await OfProcessAsync(id, count: 0)).ToJsonString());
        Assert.Equal("[]", (await OfProcessAsync(id, count: -1)).ToJsonString());
    }

    [Fact]
    public async Task Times_that_a_client_rounds_to_floating_point_lose_no_log()
    {
        var id = await RunningAsync();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => LogAsync(id, $"{i}")));
        var all = (await OfProcessAsync(id)).AsArray();
        for (var i = 0; i < all.Count; i++)
        {
            var rounded = Texts(await OfProcessAsync(id, since: (long)(double)Time(all[i])));
            Assert.Equal(Texts(all)[(i + 1)..], rounded.Where(t => t != (string)all[i]!["message"]!));
        }
    }

    [Fact]
    public async Task Native_clients_read_the_logs_too()
    {
        var id = await RunningAsync();
        await LogAsync(id, "one");
        await LogAsync(id, "two");
        var page = JsonNode.Parse(await Api.Http.GetStringAsync($"/v1/processes/{id}/logs?namespace={Colony}"))!;
        Assert.Equal(["one", "two"], page["items"]!.AsArray().Select(l => (string)l!["text"]!));
    }

    [Fact]
    public async Task Logs_of_every_attempt_stay()
    {
        var id = (string)(await SubmitProcessAsync(s => s["maxexectime"] = 1))["processid"]!;
        await AssignProcessAsync();
        await LogAsync(id, "first");
        await AssignProcessAsync();
        await LogAsync(id, "second");
        Assert.Equal(["first", "second"], Texts(await OfProcessAsync(id)));
        await Client.OkAsync(Executor, "closesuccessfulmsg", new() { ["processid"] = id });
        Assert.Equal(["second"], Texts(await OfProcessAsync(id, count: 1, latest: true)));
    }

    [Fact]
    public async Task Only_the_one_who_holds_a_running_process_may_log_of_it()
    {
        var id = (string)(await SubmitProcessAsync())["processid"]!;
        await Client.RefusedAsync(403, Executor, "addlogmsg", Message(id, "too early"));
        await AssignProcessAsync();
        await Client.RefusedAsync(403, await ExecutorAsync("second"), "addlogmsg", Message(id, "not mine"));
        await OnlyForAsync([Who.Executor], "addlogmsg", Message(id, "mine"), elsewhere: 500);
        await Client.RefusedAsync(500, Executor, "addlogmsg", Message(new string('0', 64), "of nothing"));
        await Client.RefusedAsync(500, Executor, "addlogmsg", new() { ["processid"] = null, ["message"] = null });
        await Client.RefusedAsync(400, Executor, "addlogmsg", Message(id, new string('x', 300_000)));
        await Client.RefusedAsync(400, Executor, "addlogmsg", new() { ["processid"] = id, ["message"] = 1 });
        await Client.OkAsync(Executor, "closesuccessfulmsg", new() { ["processid"] = id });
        await Client.RefusedAsync(403, Executor, "addlogmsg", Message(id, "too late"));
        Assert.Equal(["mine"], Texts(await OfProcessAsync(id)));
    }

    [Fact]
    public async Task An_executor_logs_of_itself_and_is_asked_for_all_that_it_said()
    {
        var id = await RunningAsync();
        await LogOfExecutorAsync("begun");
        await LogAsync(id, "at work");
        await LogOfExecutorAsync("ended");

        var logs = (await OfExecutorAsync()).AsArray();
        Assert.Equal(["begun", "at work", "ended"], Texts(logs));
        Assert.Equal(["", id, ""], logs.Select(l => (string)l!["processid"]!));
        Assert.All(logs, l => Assert.Equal("worker", (string)l!["executorname"]!));
        Assert.Equal(["at work", "ended"], Texts(await OfExecutorAsync(since: Time(logs[0]))));
        Assert.Equal(["ended"], Texts(await OfExecutorAsync(count: 1, latest: true)));
        Assert.Equal(["begun"], Texts(await OfExecutorAsync(count: 1)));
        Assert.Equal(["begun", "at work", "ended"], Texts(await Client.OkAsync(Executor, "getlogsmsg", new()
        {
            ["colonyname"] = Colony,
            ["processid"] = new string('0', 64),
            ["executorname"] = "worker",
            ["executorid"] = "x",
            ["count"] = 10,
            ["since"] = null,
            ["latest"] = null,
        })));

        await ExecutorAsync("silent");
        Assert.Equal("[]", (await Client.OkAsync(Executor, "getlogsmsg", List(executor: "silent"))).ToJsonString());
    }

    [Fact]
    public async Task Only_an_executor_itself_may_log_of_itself()
    {
        var message = new JsonObject { ["colonyname"] = Colony, ["executorname"] = "worker", ["message"] = "me" };
        await OnlyForAsync([Who.Executor], "addexecutorlogmsg", message);
        await Client.RefusedAsync(403, await ExecutorAsync("second"), "addexecutorlogmsg", message);
        await Client.RefusedAsync(403, Executor, "addexecutorlogmsg", new() { ["colonyname"] = Colony, ["executorname"] = null, ["message"] = null });
        await Client.RefusedAsync(400, Executor, "addexecutorlogmsg", new() { ["colonyname"] = Colony, ["executorname"] = "worker", ["message"] = new string('x', 300_000) });
        await UnknownColonyAsync(403, "addexecutorlogmsg", new() { ["colonyname"] = "nowhere", ["executorname"] = "worker", ["message"] = "me" });
        Assert.Equal(["me"], Texts(await OfExecutorAsync()));
    }

    [Fact]
    public async Task Lists_of_logs_are_for_members_and_have_an_end()
    {
        var id = await RunningAsync();
        await OnlyForAsync(Members, "getlogsmsg", List(process: id), elsewhere: 500);
        await OnlyForAsync(Members, "getlogsmsg", List(executor: "worker"));
        await UnknownColonyAsync(403, "getlogsmsg", new() { ["colonyname"] = "nowhere", ["executorname"] = "worker", ["count"] = 1 });
        await Client.RefusedAsync(500, Executor, "getlogsmsg", List(process: new string('0', 64)));
        await Client.RefusedAsync(500, Executor, "getlogsmsg", List(executor: "nobody"));
        await Client.RefusedAsync(500, Executor, "getlogsmsg", List());
        Assert.Equal("[]", (await OfProcessAsync(id, count: 500)).ToJsonString());
        await Client.RefusedAsync(403, Executor, "getlogsmsg", List(process: id, count: 501));
        await Client.RefusedAsync(403, Executor, "getlogsmsg", List(executor: "worker", count: 501));
    }

    [Fact]
    public async Task Logs_are_found_by_what_stands_in_them()
    {
        var id = await RunningAsync();
        await LogAsync(id, "The Needle in a haystack");
        await LogOfExecutorAsync("another Needle");
        await LogAsync(id, "needle");

        Assert.Equal(["The Needle in a haystack", "another Needle"], Texts(await SearchAsync("Needle")));
        Assert.Equal(["another Needle"], Texts(await SearchAsync("Needle", count: 1)));
        Assert.Equal("[]", (await SearchAsync("N%e")).ToJsonString());
        Assert.Equal("[]", (await SearchAsync("Needle", days: 0)).ToJsonString());
        Assert.Equal("[]", (await SearchAsync("Needle", count: 0)).ToJsonString());
        Assert.Equal(3, Texts(await SearchAsync("")).Count);
        Assert.Equal((id, "worker"), ((string)(await SearchAsync("haystack"))[0]!["processid"]!, (string)(await SearchAsync("haystack"))[0]!["executorname"]!));

        await OnlyForAsync(Members, "searchlogsmsg", Search("Needle"));
        await UnknownColonyAsync(403, "searchlogsmsg", new() { ["colonyname"] = "nowhere", ["text"] = "x", ["days"] = 1, ["count"] = 1 });
        await SearchAsync("x", days: 30, count: 100);
        await Client.RefusedAsync(400, Executor, "searchlogsmsg", Search("x", days: 31));
        await Client.RefusedAsync(400, Executor, "searchlogsmsg", Search("x", count: 101));
        Assert.Equal("[]", (await Client.OkAsync(Executor, "searchlogsmsg", new() { ["colonyname"] = Colony, ["text"] = null, ["days"] = null, ["count"] = null })).ToJsonString());
    }

    [Fact]
    public async Task Logs_go_with_their_colony()
    {
        await LogOfExecutorAsync("gone");
        await Client.OkAsync(ServerOwner, "removecolonymsg", new() { ["colonyname"] = Colony });
        await InitializeAsync();
        Assert.Equal("[]", (await OfExecutorAsync()).ToJsonString());
    }

    private async Task<string> RunningAsync()
    {
        await SubmitProcessAsync();
        return (string)(await AssignProcessAsync())["processid"]!;
    }

    private static JsonObject Message(string id, string message) => new() { ["processid"] = id, ["message"] = message };

    private Task<JsonNode> LogAsync(string id, string message) => Client.OkAsync(Executor, "addlogmsg", Message(id, message));

    private Task<JsonNode> LogOfExecutorAsync(string message) =>
        Client.OkAsync(Executor, "addexecutorlogmsg", new() { ["colonyname"] = Colony, ["executorname"] = "worker", ["message"] = message });

    private JsonObject List(string process = "", string executor = "", int count = 100, long since = 0, bool latest = false) => new()
    {
        ["colonyname"] = Colony,
        ["processid"] = process,
        ["executorname"] = executor,
        ["count"] = count,
        ["since"] = since,
        ["latest"] = latest,
    };

    private Task<JsonNode> OfProcessAsync(string id, int count = 100, long since = 0, bool latest = false) => Client.OkAsync(Executor, "getlogsmsg", List(id, "", count, since, latest));

    private Task<JsonNode> OfExecutorAsync(int count = 100, long since = 0, bool latest = false) => Client.OkAsync(Executor, "getlogsmsg", List("", "worker", count, since, latest));

    private JsonObject Search(string text, int days = 1, int count = 10) => new() { ["colonyname"] = Colony, ["text"] = text, ["days"] = days, ["count"] = count };

    private Task<JsonNode> SearchAsync(string text, int days = 1, int count = 10) => Client.OkAsync(Executor, "searchlogsmsg", Search(text, days, count));

    private static List<string> Texts(JsonNode logs) => [.. logs.AsArray().Select(l => (string)l!["message"]!)];

    private static long Time(JsonNode? log) => (long)log!["timestamp"]!;
}
