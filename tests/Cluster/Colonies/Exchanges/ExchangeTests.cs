using System.Text.Json.Nodes;
using Muster.Signatures;
using Xunit;

namespace Muster.Tests.Cluster.Colonies.Exchanges;

/// <summary>Every file beside this one is an exchange of messages in a colony of its own. A new case is a new step, or a new file.</summary>
/// <remarks>
/// Who is there: "serverowner", "owner" of the colony, "executor" (worker, approved), "other" (worker2, approved), "pending", "rejected", "removed" (executors), "user" (alice),
/// "outsider" (a member of another colony), "otherowner". All executors are of the type "cli".
/// </remarks>
[Collection(Messages.Name)]
public sealed class ExchangeTests(ColoniesFixture fixture) : ColoniesTest(fixture)
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder(), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_message_is_answered_as_the_contract_says(string file)
    {
        var people = new Dictionary<string, PrivateKey> { ["serverowner"] = ServerOwner, ["owner"] = Owner, ["executor"] = Executor, ["user"] = await UserAsync("alice") };
        people["other"] = await ExecutorAsync("worker2");
        people["pending"] = await ExecutorAsync("pending", approve: false);
        people["rejected"] = await ExecutorAsync("rejected", approve: false);
        people["removed"] = await ExecutorAsync("removed");
        await Client.OkAsync(Owner, "rejectexecutormsg", new() { ["colonyname"] = Colony, ["executorname"] = "rejected" });
        await Client.OkAsync(Owner, "removeexecutormsg", new() { ["colonyname"] = Colony, ["executorname"] = "removed" });

        people["otherowner"] = PrivateKey.New();
        people["outsider"] = PrivateKey.New();
        var elsewhere = Fresh("elsewhere");
        await Client.OkAsync(ServerOwner, "addcolonymsg", new() { ["colony"] = new JsonObject { ["colonyid"] = people["otherowner"].Id, ["name"] = elsewhere } });
        await Client.OkAsync(people["otherowner"], "addusermsg", new() { ["user"] = new JsonObject { ["colonyname"] = elsewhere, ["userid"] = people["outsider"].Id, ["name"] = "bob" } });

        await new Exchange(Client, people, new() { ["colony"] = Colony, ["elsewhere"] = elsewhere }).RunAsync(Path.Combine(Folder(), $"{file}.json"));
    }

    private static string Folder() => Path.Combine(AppContext.BaseDirectory, "Colonies", "Exchanges");
}
