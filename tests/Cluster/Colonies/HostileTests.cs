using System.Text;
using System.Text.Json.Nodes;
using Muster.Signatures;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>What no honest client sends is refused as a whole, and nothing of it stays.</summary>
[Collection(Messages.Name)]
public sealed class HostileTests(ColoniesFixture fixture) : ColoniesTest(fixture)
{
    [Fact]
    public async Task What_is_too_large_is_refused_and_changes_nothing()
    {
        var much = new string('x', 2 << 20);
        foreach (var (member, status) in new[] { ("funcname", 400), ("nodename", 400), ("label", 400) })
        {
            await RefuseSpecAsync(status, s => s[member] = much);
        }

        await RefuseSpecAsync(413, s => s["args"] = new JsonArray(much));
        await RefuseSpecAsync(413, s => s["kwargs"] = new JsonObject { ["k"] = much });
        await RefuseSpecAsync(413, s => s["env"] = new JsonObject { ["k"] = much });
        await RefuseSpecAsync(413, s => s["fs"] = new JsonObject { ["mount"] = much });
        await RefuseSpecAsync(413, s => s["args"] = new JsonArray([.. Enumerable.Range(0, 500_000).Select(i => (JsonNode)i)]));
        await RefuseSpecAsync(400, s => s["conditions"]!["locationname"] = much);
        await RefuseSpecAsync(413, s => s["conditions"]!["executortype"] = much);
        await RefuseSpecAsync(400, s => s["conditions"]!["executornames"] = new JsonArray([.. Enumerable.Range(0, 2000).Select(i => (JsonNode)$"n{i}")]));
        await Client.RefusedAsync(400, Owner, "addusermsg", new() { ["user"] = new JsonObject { ["colonyname"] = Colony, ["userid"] = PrivateKey.New().Id, ["name"] = much } });
        await Client.RefusedAsync(413, Owner, "addusermsg", new() { ["user"] = new JsonObject { ["colonyname"] = Colony, ["userid"] = PrivateKey.New().Id, ["name"] = "u", ["email"] = much } });
        await Client.RefusedAsync(413, Executor, "addfunctionmsg", new() { ["fun"] = new JsonObject { ["colonyname"] = Colony, ["executorname"] = "worker", ["funcname"] = "f", ["description"] = much } });
        await Client.RefusedAsync(413, Executor, "updateexecutormsg", new() { ["colonyname"] = Colony, ["executorname"] = "worker", ["capabilities"] = new JsonObject { ["hardware"] = new JsonArray(much) } });
        await Client.RefusedAsync(403, Executor, much);

        var stats = await Client.OkAsync(Executor, "getcolonystatsmsg", new() { ["colonyname"] = Colony });
        Assert.Equal((1, 0), ((int)stats["executors"]!, (int)stats["waitingprocesses"]!));
        Assert.Empty((await Client.OkAsync(Executor, "getusersmsg", new() { ["colonyname"] = Colony })).AsArray());
        Assert.Empty((await Client.OkAsync(Executor, "getfunctionsmsg", new() { ["colonyname"] = Colony })).AsArray());

        var id = (string)(await SubmitProcessAsync())["processid"]!;
        await AssignProcessAsync();
        await Client.RefusedAsync(413, Executor, "setoutputmsg", new() { ["processid"] = id, ["out"] = new JsonArray(much) });
        await Client.RefusedAsync(413, Executor, "closesuccessfulmsg", new() { ["processid"] = id, ["out"] = new JsonArray(much) });
        await Client.RefusedAsync(413, Executor, "closefailedmsg", new() { ["processid"] = id, ["errors"] = new JsonArray(much) });
        await Client.RefusedAsync(413, Executor, "addattributemsg", new() { ["attribute"] = new JsonObject { ["targetid"] = id, ["key"] = "k", ["value"] = much } });
        var running = await ProcessAsync(id);
        Assert.Equal((1, "[]", "[]"), ((int)running["state"]!, running["out"]!.ToJsonString(), running["attributes"]!.ToJsonString()));

        var large = new string('y', 500_000);
        await Client.OkAsync(Executor, "closefailedmsg", new() { ["processid"] = id, ["errors"] = new JsonArray(large) });
        Assert.Equal(large, (string)(await ProcessAsync(id))["errors"]![0]!);
    }

    [Fact]
    public async Task A_body_above_the_bound_gets_413_in_an_envelope()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api") { Content = new ByteArrayContent(new byte[40 << 20]) };
        request.Headers.ExpectContinue = true;
        using var answer = await Api.Http.SendAsync(request);
        Assert.Equal(413, (int)answer.StatusCode);
        var envelope = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal(413, (int)JsonNode.Parse(Convert.FromBase64String((string)envelope["payload"]!))!["status"]!);
    }

    [Theory]
    [InlineData(50, 200)]
    [InlineData(60, 400)]
    [InlineData(100_000, 400)]
    public async Task Deep_json_is_taken_as_far_as_it_can_be_given_out_again(int depth, int status)
    {
        var args = new string('[', depth) + new string(']', depth);
        var answer = await Client.SendBytesAsync(Executor, "submitfuncspecmsg", Encoding.UTF8.GetBytes(MessageOf(args)));
        Assert.Equal(status, answer.Status);
        if (status == 200)
        {
            Assert.Equal(args, (await AssignProcessAsync())["spec"]!["args"]!.ToJsonString());
            Assert.Equal(args, (await ProcessAsync((string)answer.Payload!["processid"]!))["spec"]!["args"]!.ToJsonString());
        }
    }

    [Theory]
    [InlineData("""["\ud800"]""")]
    [InlineData("""["\udc00\ud800"]""")]
    [InlineData("""[{"\ud800":1}]""")]
    [InlineData("[\"\u00ff\"]")]
    public async Task Text_that_is_no_unicode_is_refused(string args)
    {
        // Latin-1, so that the last case is a byte that UTF-8 does not have.
        var message = Encoding.Latin1.GetBytes(MessageOf(args));
        Assert.Equal(400, (await Client.SendBytesAsync(Executor, "submitfuncspecmsg", message)).Status);
        Assert.Equal(0, (int)(await Client.OkAsync(Executor, "getcolonystatsmsg", new() { ["colonyname"] = Colony }))["waitingprocesses"]!);
    }

    [Fact]
    public async Task Characters_of_every_kind_come_back()
    {
        const string text = "a\u0000b\u0001\"\\/<>&'\u2028\u00e5\u2603\U0001F600";
        var id = (string)(await SubmitProcessAsync(s => s["args"] = new JsonArray(text)))["processid"]!;
        Assert.Equal(text, (string)(await ProcessAsync(id))["spec"]!["args"]![0]!);
        await AssignProcessAsync();
        await Client.OkAsync(Executor, "closesuccessfulmsg", new() { ["processid"] = id, ["out"] = new JsonArray(text) });
        Assert.Equal(text, (string)(await ProcessAsync(id))["out"]![0]!);
    }

    [Fact]
    public async Task Thousands_of_bad_signatures_at_once_hinder_nobody()
    {
        var payload = Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"msgtype":"getcoloniesmsg"}"""));
        var good = ServerOwner.Sign(payload);
        var bad = Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            var digits = good.ToCharArray();
            digits[i % 64] = digits[i % 64] == '0' ? '1' : '0';
            digits[64 + (i / 64)] = digits[64 + (i / 64)] == '0' ? '1' : '0';
            Assert.Equal(403, (await Client.SendSignedAsync("getcoloniesmsg", payload, new string(digits))).Status);
        });
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(200, (await Client.SendSignedAsync("getcoloniesmsg", payload, good)).Status);
        }

        await bad;
    }

    [Fact]
    public async Task Half_a_request_leaves_nothing()
    {
        var envelope = ColoniesClient.EnvelopeOf(Executor, "submitfuncspecmsg", new() { ["spec"] = Spec() });
        using (var tcp = new System.Net.Sockets.TcpClient())
        {
            await tcp.ConnectAsync(Api.Http.BaseAddress!.Host, Api.Http.BaseAddress.Port);
            await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /api HTTP/1.1\r\nHost: localhost\r\nContent-Length: {envelope.Length}\r\n\r\n{envelope[..^10]}"));
        }

        Assert.Equal(0, (int)(await Client.OkAsync(Executor, "getcolonystatsmsg", new() { ["colonyname"] = Colony }))["waitingprocesses"]!);
    }

    private string MessageOf(string args) => $$$$"""{"msgtype":"submitfuncspecmsg","spec":{"funcname":"f","args":{{{{args}}}},"conditions":{"colonyname":"{{{{Colony}}}}","executortype":"cli"}}}""";

    private async Task RefuseSpecAsync(int status, Action<JsonObject> change) => await Client.RefusedAsync(status, Executor, "submitfuncspecmsg", new() { ["spec"] = Spec(change) });
}
