using System.Text.Json.Nodes;
using Muster.Signatures;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>A test at the wire of the Colonies dialect; the colony is its own.</summary>
public abstract class ColoniesTest(ColoniesFixture fixture) : ClusterTest(fixture), IAsyncLifetime
{
    /// <summary>A client.</summary>
    internal ColoniesClient Client { get; } = new(fixture.Seed.Api.Http);

    /// <summary>The colony of the test.</summary>
    protected string Colony { get; } = Fresh("colony");

    /// <summary>Its owner.</summary>
    internal PrivateKey Owner { get; } = PrivateKey.New();

    /// <summary>The owner of the server.</summary>
    internal static PrivateKey ServerOwner => ColoniesFixture.ServerOwner;

    /// <summary>An approved executor of the type "cli".</summary>
    internal PrivateKey Executor { get; private set; } = null!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        await Client.OkAsync(ServerOwner, "addcolonymsg", new() { ["colony"] = new JsonObject { ["colonyid"] = Owner.Id, ["name"] = Colony } });
        Executor = await ExecutorAsync("worker");
    }

    /// <inheritdoc />
    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Adds an executor to the colony.</summary>
    internal async Task<PrivateKey> ExecutorAsync(string name, string type = "cli", bool approve = true, string? location = null)
    {
        var key = PrivateKey.New();
        await Client.OkAsync(Owner, "addexecutormsg", new()
        {
            ["executor"] = new JsonObject { ["executorid"] = key.Id, ["executorname"] = name, ["executortype"] = type, ["colonyname"] = Colony, ["locationname"] = location },
        });
        if (approve)
        {
            await Client.OkAsync(Owner, "approveexecutormsg", new() { ["colonyname"] = Colony, ["executorname"] = name });
        }

        return key;
    }

    /// <summary>Adds a user to the colony.</summary>
    internal async Task<PrivateKey> UserAsync(string name)
    {
        var key = PrivateKey.New();
        await Client.OkAsync(Owner, "addusermsg", new() { ["user"] = new JsonObject { ["colonyname"] = Colony, ["userid"] = key.Id, ["name"] = name } });
        return key;
    }

    /// <summary>A spec for the type of the executor.</summary>
    /// <param name="change">What is different in it.</param>
    internal JsonObject Spec(Action<JsonObject>? change = null)
    {
        var spec = new JsonObject
        {
            ["funcname"] = "echo",
            ["args"] = new JsonArray("a", 1),
            ["kwargs"] = new JsonObject { ["k"] = "v" },
            ["maxwaittime"] = -1,
            ["maxexectime"] = -1,
            ["maxretries"] = 3,
            ["conditions"] = new JsonObject { ["colonyname"] = Colony, ["executortype"] = "cli" },
        };
        change?.Invoke(spec);
        return spec;
    }

    /// <summary>Submits, and gives the process.</summary>
    internal Task<JsonNode> SubmitProcessAsync(Action<JsonObject>? change = null, PrivateKey? by = null) =>
        Client.OkAsync(by ?? Executor, "submitfuncspecmsg", new() { ["spec"] = Spec(change) });

    /// <summary>Asks for a process, and gives it.</summary>
    internal Task<JsonNode> AssignProcessAsync(PrivateKey? by = null, int timeout = 30) =>
        Client.OkAsync(by ?? Executor, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = timeout });

    /// <summary>Reads a process.</summary>
    internal Task<JsonNode> ProcessAsync(string id, PrivateKey? by = null) => Client.OkAsync(by ?? Executor, "getprocessmsg", new() { ["processid"] = id });
}
