using System.Text.Json.Nodes;
using Muster.Signatures;
using Muster.Tests.Support;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>Registering anew, limits to the millisecond, and an address of its own.</summary>
public sealed class ReregisterTests(ReregisterFixture fixture) : ColoniesTest(fixture), IClassFixture<ReregisterFixture>
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task An_executor_that_registers_anew_begins_anew()
    {
        var id = (string)(await SubmitProcessAsync())["processid"]!;
        await AssignProcessAsync();
        await Client.OkAsync(Executor, "addfunctionmsg", new() { ["fun"] = new JsonObject { ["colonyname"] = Colony, ["executorname"] = "worker", ["funcname"] = "f" } });
        var user = await UserAsync("u");

        var anew = await ExecutorAsync("worker", approve: false);
        await Client.RefusedAsync(403, Executor, "getexecutorsmsg", new() { ["colonyname"] = Colony });
        await Client.RefusedAsync(403, anew, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = -1 });
        var listed = Assert.Single((await Client.OkAsync(user, "getexecutorsmsg", new() { ["colonyname"] = Colony })).AsArray())!;
        Assert.Equal((anew.Id, 0), ((string)listed["executorid"]!, (int)listed["state"]!));
        Assert.Empty((await Client.OkAsync(user, "getfunctionsmsg", new() { ["colonyname"] = Colony })).AsArray());
        var waiting = await ProcessAsync(id, user);
        Assert.Equal((0, 0, false), ((int)waiting["state"]!, (int)waiting["retries"]!, (bool)waiting["isassigned"]!));

        await Client.OkAsync(Owner, "approveexecutormsg", new() { ["colonyname"] = Colony, ["executorname"] = "worker" });
        Assert.Equal(id, (string)(await AssignProcessAsync(anew))["processid"]!);
        await Client.OkAsync(anew, "closesuccessfulmsg", new() { ["processid"] = id });
    }

    [Fact]
    public async Task An_executor_may_register_anew_with_its_own_key_but_not_with_another_s()
    {
        await ExecutorAsync("second");
        await Client.RefusedAsync(400, Owner, "addexecutormsg", RegistrationOf("second", Executor));
        Assert.Equal(0, (int)(await Client.OkAsync(Owner, "addexecutormsg", RegistrationOf("worker", Executor)))["state"]!);
        await Client.OkAsync(Owner, "approveexecutormsg", new() { ["colonyname"] = Colony, ["executorname"] = "worker" });
        await SubmitProcessAsync();
        await AssignProcessAsync();
    }

    [Fact]
    public async Task No_process_waits_longer_or_shorter_than_it_may()
    {
        var p = await SubmitProcessAsync(s => s["maxwaittime"] = 3600);
        await FiresAsync(p, "waitdeadline", 3);
    }

    [Fact]
    public async Task No_process_runs_longer_or_shorter_than_it_may_and_not_more_often()
    {
        var id = (string)(await SubmitProcessAsync(s =>
        {
            s["maxexectime"] = 100;
            s["maxretries"] = 2;
            s["maxwaittime"] = 50;
        }))["processid"]!;
        for (var run = 0; run < 3; run++)
        {
            var assigned = await AssignProcessAsync();
            Assert.Equal((id, run), ((string)assigned["processid"]!, (int)assigned["retries"]!));
            var after = await FiresAsync(assigned, "execdeadline", run < 2 ? 0 : 3);
            Assert.Equal(Math.Min(run + 1, 2), (int)after["retries"]!);
            if (run < 2)
            {
                // Each wait has all of its time.
                Assert.Equal(fixture.Clock.GetUtcNow().AddSeconds(50), DateTimeOffset.Parse((string)after["waitdeadline"]!, System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                Assert.Equal("""["Maximum execution time limit exceeded"]""", after["errors"]!.ToJsonString());
                Assert.Equal((true, Executor.Id), ((bool)after["isassigned"]!, (string)after["assignedexecutorid"]!));
            }
        }
    }

    [Fact]
    public async Task Without_a_limit_a_process_waits_and_runs_for_ever()
    {
        var id = (string)(await SubmitProcessAsync(s =>
        {
            s["maxexectime"] = 0;
            s["maxwaittime"] = 0;
            s["maxretries"] = 0;
        }))["processid"]!;
        fixture.Clock.Advance(TimeSpan.FromDays(400));
        await AssignProcessAsync();
        fixture.Clock.Advance(TimeSpan.FromDays(400));
        await Client.OkAsync(Executor, "closesuccessfulmsg", new() { ["processid"] = id });
        Assert.Equal(2, (int)(await ProcessAsync(id))["state"]!);
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/api")]
    [InlineData("PUT", "/api")]
    [InlineData("GET", "/v1/processes")]
    [InlineData("POST", "/v1/processes")]
    [InlineData("GET", "/health/live")]
    [InlineData("GET", "/metrics")]
    public async Task At_its_own_address_nothing_else_answers(string method, string path)
    {
        using var http = new HttpClient { BaseAddress = fixture.Own };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await http.SendAsync(request);
        Assert.Equal((404, "text/plain"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task At_its_own_address_it_answers_as_everywhere()
    {
        using var http = new HttpClient { BaseAddress = fixture.Own };
        Assert.Equal(200, (int)(await http.GetAsync("/health")).StatusCode);
        await new ColoniesClient(http).OkAsync(ServerOwner, "getcoloniesmsg");
        var info = await new ColoniesClient(http).OkAsync(PrivateKey.New(), "getserverinfomsg");
        Assert.Equal(fixture.Own.Port, (int)info["backends"]![0]!["port"]!);
    }

    private JsonObject RegistrationOf(string name, PrivateKey key) => new()
    {
        ["executor"] = new JsonObject { ["executorid"] = key.Id, ["executorname"] = name, ["executortype"] = "cli", ["colonyname"] = Colony },
    };

    // Moves the time to a millisecond before, sees that nothing has happened, and on, and sees that it has.
    private async Task<JsonNode> FiresAsync(JsonNode process, string deadline, int state)
    {
        var id = (string)process["processid"]!;
        var due = DateTimeOffset.Parse((string)process[deadline]!, System.Globalization.CultureInfo.InvariantCulture);
        fixture.Clock.Advance(due - fixture.Clock.GetUtcNow() - Millisecond);
        if ((int)process["state"]! == 1)
        {
            // It stands in the process's mailbox behind whatever its timer has said.
            await Client.OkAsync(Executor, "setoutputmsg", new() { ["processid"] = id, ["out"] = new JsonArray(1) });
        }

        Assert.Equal((int)process["state"]!, (int)(await ProcessAsync(id))["state"]!);
        fixture.Clock.Advance(Millisecond);
        return await Eventually.SeeAsync(() => ProcessAsync(id), p => (int)p["state"]! == state);
    }
}
