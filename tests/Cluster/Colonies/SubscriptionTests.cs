using System.Text.Json.Nodes;
using Muster.Signatures;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

[Collection(Scheduling.Name)]
public sealed class SubscriptionTests(ColoniesFixture fixture) : ColoniesTest(fixture)
{
    [Fact]
    public async Task A_process_is_told_of_when_it_enters_the_state_and_at_once_when_it_is_in_it()
    {
        var id = (string)(await SubmitProcessAsync())["processid"]!;
        using var done = await SubscribeAsync(Executor, "subscribeprocessmsg", new() { ["processid"] = id, ["state"] = 2, ["timeout"] = 60 });
        using var waiting = await SubscribeAsync(Executor, "subscribeprocessmsg", new() { ["processid"] = id, ["state"] = 0, ["timeout"] = 60 });
        Assert.Equal(id, (string)(await EventAsync(waiting))!["processid"]!);

        await AssignProcessAsync();
        await Client.OkAsync(Executor, "closesuccessfulmsg", new() { ["processid"] = id, ["out"] = new JsonArray(7) });
        var told = (await EventAsync(done))!;
        Assert.Equal((id, 2, "[7]"), ((string)told["processid"]!, (int)told["state"]!, told["out"]!.ToJsonString()));
    }

    [Fact]
    public async Task Every_subscriber_hears_of_every_process_of_the_type_and_of_no_other_colony()
    {
        using var first = await SubscribeAsync(Executor, "subscribeprocessesmsg", new() { ["colonyname"] = Colony, ["executortype"] = "cli", ["state"] = 0, ["timeout"] = 60 });
        using var second = await SubscribeAsync(Executor, "subscribeprocessesmsg", new() { ["executortype"] = "cli", ["state"] = 0, ["timeout"] = 60 });
        // Nothing says that a subscription has begun: what is submitted before is not told.
        await Support.Eventually.TrueAsync(async () =>
        {
            await SubmitProcessAsync();
            return first.HasSomething() && second.HasSomething();
        });
        await SubmitProcessAsync(s => s["conditions"]!["executortype"] = "other");
        var last = (string)(await SubmitProcessAsync())["processid"]!;
        foreach (var socket in (Listener[])[first, second])
        {
            JsonNode? told;
            do
            {
                told = await EventAsync(socket);
                Assert.Equal("cli", (string?)told!["spec"]!["conditions"]!["executortype"]);
            }
            while ((string?)told["processid"] != last);
        }
    }

    [Fact]
    public async Task A_stranger_and_a_user_are_refused_and_the_connection_stays()
    {
        var id = (string)(await SubmitProcessAsync())["processid"]!;
        var user = PrivateKey.New();
        await Client.OkAsync(Owner, "addusermsg", new() { ["user"] = new JsonObject { ["colonyname"] = Colony, ["userid"] = user.Id, ["name"] = "ada" } });

        using var socket = await SubscribeAsync(PrivateKey.New(), "subscribeprocessmsg", new() { ["processid"] = id, ["state"] = 0, ["timeout"] = 60 });
        Assert.Equal(403, (int)(await EventAsync(socket))!["status"]!);
        await socket.SendAsync(user, "subscribeprocessesmsg", new() { ["colonyname"] = Colony, ["executortype"] = "cli", ["state"] = 0, ["timeout"] = 60 });
        Assert.Equal(403, (int)(await EventAsync(socket))!["status"]!);
        await socket.SendAsync(user, "subscribeprocessmsg", new() { ["processid"] = id, ["state"] = 0, ["timeout"] = 60 });
        Assert.Equal(id, (string)(await EventAsync(socket))!["processid"]!);
    }

    [Fact]
    public async Task At_its_time_a_connection_is_closed_in_order()
    {
        var id = (string)(await SubmitProcessAsync())["processid"]!;
        using var socket = await SubscribeAsync(Executor, "subscribeprocessmsg", new() { ["processid"] = id, ["state"] = 2, ["timeout"] = 1 });
        Assert.Null(await EventAsync(socket));
        using var none = await SubscribeAsync(Executor, "subscribeprocessmsg", new() { ["processid"] = id, ["state"] = 2, ["timeout"] = 0 });
        Assert.Null(await EventAsync(none));
    }

    [Fact]
    public async Task What_is_no_signed_envelope_ends_the_connection_and_nothing_else()
    {
        using var socket = await SubscribeAsync(Executor, "subscribeprocessmsg", new() { ["processid"] = "none", ["state"] = 2, ["timeout"] = 60 });
        Assert.Equal(403, (int)(await EventAsync(socket))!["status"]!);
        await socket.SendRawAsync("not an envelope");
        Assert.Null(await EventAsync(socket));
        await SubmitProcessAsync();
    }

    [Fact]
    public async Task Without_an_upgrade_there_is_nothing_to_read() =>
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await Api.GetAsync("/pubsub")).Status);

    private async Task<Listener> SubscribeAsync(PrivateKey key, string type, JsonObject message)
    {
        var listener = await Listener.ConnectAsync(new Uri(Api.Http.BaseAddress!, "/pubsub"));
        await listener.SendAsync(key, type, message);
        return listener;
    }

    private static async Task<JsonNode?> EventAsync(Listener listener) => await listener.NextAsync().WaitAsync(Support.Eventually.Patience);
}
