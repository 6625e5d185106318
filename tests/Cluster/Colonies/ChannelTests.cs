using System.Text;
using System.Text.Json.Nodes;
using Muster.Signatures;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

[Collection(Scheduling.Name)]
public sealed class ChannelTests(ColoniesFixture fixture) : ColoniesTest(fixture)
{
    [Fact]
    public async Task Who_submitted_a_process_and_its_executor_talk_until_it_is_closed()
    {
        var submitter = await ExecutorAsync("other", "else");
        var id = (string)(await SubmitProcessAsync(s => s["channels"] = new JsonArray("talk"), submitter))["processid"]!;
        await AppendAsync(submitter, id, 1, Convert.ToBase64String("hello"u8.ToArray()));
        await AssignProcessAsync();
        await AppendAsync(Executor, id, 1, new JsonArray(104, 105), inReplyTo: 1);

        var log = (await ReadAsync(submitter, id, 0)).AsArray();
        Assert.Equal(["hello", "hi"], log.Select(e => Encoding.UTF8.GetString(Convert.FromBase64String((string)e!["payload"]!))));
        Assert.Equal([submitter.Id, Executor.Id], log.Select(e => (string)e!["senderid"]!));
        Assert.Equal((1, "data"), ((long)log[1]!["inreplyto"]!, (string)log[1]!["type"]!));
        Assert.Single((await ReadAsync(Executor, id, 1)).AsArray());
        await Client.RefusedAsync(404, Executor, "channelreadmsg", new() { ["processid"] = id, ["name"] = "none", ["afterseq"] = 0, ["limit"] = 0 });
        await Client.RefusedAsync(403, await ExecutorAsync("third"), "channelreadmsg", new() { ["processid"] = id, ["name"] = "talk", ["afterseq"] = 0, ["limit"] = 0 });
        await Client.RefusedAsync(400, Executor, "channelappendmsg", new() { ["processid"] = id, ["name"] = "talk", ["sequence"] = 2, ["payload"] = new JsonArray(300) });

        await Client.OkAsync(Executor, "closesuccessfulmsg", new() { ["processid"] = id });
        await Client.RefusedAsync(404, submitter, "channelreadmsg", new() { ["processid"] = id, ["name"] = "talk", ["afterseq"] = 0, ["limit"] = 0 });
    }

    [Fact]
    public async Task A_follower_gets_what_is_there_and_then_each_entry_until_its_time_is_over()
    {
        var id = (string)(await SubmitProcessAsync(s => s["channels"] = new JsonArray("talk")))["processid"]!;
        await AppendAsync(Executor, id, 1, Convert.ToBase64String("a"u8.ToArray()));
        await AppendAsync(Executor, id, 2, Convert.ToBase64String("b"u8.ToArray()));
        using var listener = await Listener.ConnectAsync(new Uri(Api.Http.BaseAddress!, "/pubsub"));
        await listener.SendAsync(Executor, "subscribechannelmsg", new() { ["processid"] = id, ["name"] = "talk", ["afterseq"] = 0, ["timeout"] = 3 });
        Assert.Equal(2, (await NextAsync(listener))!.AsArray().Count);
        await AppendAsync(Executor, id, 3, Convert.ToBase64String("c"u8.ToArray()));
        Assert.Equal(3, (long)Assert.Single((await NextAsync(listener))!.AsArray())!["sequence"]!);
        Assert.Empty((await NextAsync(listener))!.AsArray());
        Assert.Null(await NextAsync(listener));
    }

    [Fact]
    public async Task A_stranger_cannot_follow()
    {
        var id = (string)(await SubmitProcessAsync(s => s["channels"] = new JsonArray("talk")))["processid"]!;
        using var listener = await Listener.ConnectAsync(new Uri(Api.Http.BaseAddress!, "/pubsub"));
        await listener.SendAsync(PrivateKey.New(), "subscribechannelmsg", new() { ["processid"] = id, ["name"] = "talk", ["afterseq"] = 0, ["timeout"] = 60 });
        Assert.Equal(403, (int)(await NextAsync(listener))!["status"]!);
    }

    private static Task<JsonNode?> NextAsync(Listener listener) => listener.NextAsync().WaitAsync(Support.Eventually.Patience);

    private Task AppendAsync(PrivateKey key, string id, long sequence, JsonNode payload, long? inReplyTo = null) => Client.OkAsync(
        key, "channelappendmsg", new() { ["processid"] = id, ["name"] = "talk", ["sequence"] = sequence, ["inreplyto"] = inReplyTo, ["payload"] = payload });

    private Task<JsonNode> ReadAsync(PrivateKey key, string id, int after) =>
        Client.OkAsync(key, "channelreadmsg", new() { ["processid"] = id, ["name"] = "talk", ["afterseq"] = after, ["limit"] = 0 });
}
