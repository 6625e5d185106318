using System.Text.Json.Nodes;
using Muster.Signatures;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>A test at the wire with everybody in it who may sign a message.</summary>
public abstract class RolesTest(ColoniesFixture fixture) : ColoniesTest(fixture)
{
    private Dictionary<Who, PrivateKey>? _keys;

    /// <summary>Members and, as everywhere where it is not said, nobody else.</summary>
    internal static Who[] Members { get; } = [Who.User, Who.Executor];

    /// <summary>Members and the owner of the colony.</summary>
    internal static Who[] MembersAndOwner { get; } = [Who.User, Who.Executor, Who.Owner];

    /// <summary>Members, and executors that are none any more or not yet.</summary>
    internal static Who[] AnyMembers { get; } = [Who.User, Who.Executor, Who.Pending, Who.Rejected, Who.Removed];

    /// <summary>The key of somebody.</summary>
    internal async Task<PrivateKey> KeyAsync(Who who) => (_keys ??= await KeysAsync())[who];

    /// <summary>The message is refused to all others with 403, and not to those who may send it.</summary>
    /// <param name="allowed">Those.</param>
    /// <param name="type">The type.</param>
    /// <param name="message">The message.</param>
    /// <param name="elsewhere">The status for a member of another colony, where the message names no colony and what it names is looked for in his.</param>
    internal async Task OnlyForAsync(Who[] allowed, string type, JsonObject message, int elsewhere = 403)
    {
        _keys ??= await KeysAsync();
        foreach (var (who, key) in _keys.OrderBy(k => allowed.Contains(k.Key)))
        {
            var answer = await Client.SendAsync(key, type, (JsonObject)message.DeepClone());
            var refusal = who == Who.Neighbour ? elsewhere : 403;
            Assert.True((answer.Status == refusal) != allowed.Contains(who), $"{type} by {who}: {answer.Status} {answer.Payload?.ToJsonString()}");
        }
    }

    /// <summary>The message is refused to everybody in a colony that does not exist.</summary>
    /// <param name="status">The status.</param>
    /// <param name="type">The type.</param>
    /// <param name="message">The message; it names the colony "nowhere".</param>
    internal async Task UnknownColonyAsync(int status, string type, JsonObject message)
    {
        await Client.RefusedAsync(status, Executor, type, (JsonObject)message.DeepClone());
        await Client.RefusedAsync(status, Owner, type, (JsonObject)message.DeepClone());
    }

    private async Task<Dictionary<Who, PrivateKey>> KeysAsync()
    {
        var (user, neighbour, other, removed, rejected) = (PrivateKey.New(), PrivateKey.New(), PrivateKey.New(), await ExecutorAsync("removed"), await ExecutorAsync("rejected"));
        await Client.OkAsync(Owner, "addusermsg", new() { ["user"] = new JsonObject { ["colonyname"] = Colony, ["userid"] = user.Id, ["name"] = "anna" } });
        await Client.OkAsync(Owner, "removeexecutormsg", new() { ["colonyname"] = Colony, ["executorname"] = "removed" });
        await Client.OkAsync(Owner, "rejectexecutormsg", new() { ["colonyname"] = Colony, ["executorname"] = "rejected" });

        var next = Fresh("next");
        await Client.OkAsync(ServerOwner, "addcolonymsg", new() { ["colony"] = new JsonObject { ["colonyid"] = other.Id, ["name"] = next } });
        await Client.OkAsync(other, "addusermsg", new() { ["user"] = new JsonObject { ["colonyname"] = next, ["userid"] = neighbour.Id, ["name"] = "worker" } });
        return new()
        {
            [Who.ServerOwner] = ServerOwner,
            [Who.Owner] = Owner,
            [Who.User] = user,
            [Who.Executor] = Executor,
            [Who.Pending] = await ExecutorAsync("pending", approve: false),
            [Who.Rejected] = rejected,
            [Who.Removed] = removed,
            [Who.Neighbour] = neighbour,
            [Who.OtherOwner] = other,
            [Who.Stranger] = PrivateKey.New(),
        };
    }
}
