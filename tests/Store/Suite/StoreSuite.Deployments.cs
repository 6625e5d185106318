using Muster.Messages.Deployments;
using Muster.Persistence.Journal;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task A_deployment_stands_in_its_rows_as_its_events_say()
    {
        var id = new DeploymentId("default", "web");
        await Write(Appends.Of(PersistenceIds.Of(id), 1, "w", Wanted(1, 1, "a"), Wanted(2, 2, "b"), Wanted(3, 1, "a") with { Returned = true },
            new DeploymentEvent.Switched { At = At(4), CommandId = "c4", Version = 4, Revision = 1, Enabled = false }));
        var row = (await Store.Read.DeploymentAsync(id))!;
        (row.Revision, row.Latest, row.Version, row.Enabled, row.Template.Command[0], row.CreatedAt, row.UpdatedAt).ShouldBe((1, 2, 4, false, "a", At(0), At(4)));
        (await Store.Read.DeploymentRevisionsAsync(id, null, 10)).Select(r => (r.Revision, r.Template.Command[0])).ShouldBe([(2, "b"), (1, "a")]);
        (await Store.Read.DeploymentRevisionAsync(id, 2))!.CreatedAt.ShouldBe(At(2));
        (await Store.Read.DeploymentVersionsAsync()).ShouldHaveSingleItem().Version.ShouldBe(4);
        (await Store.Read.DeploymentsAsync([id, new("default", "nobody")])).ShouldHaveSingleItem().Id.ShouldBe(id);
        await TheRowsAreWhatTheJournalSays();
        await Write(Appends.Of(PersistenceIds.Of(id), 5, "w", new DeploymentEvent.Removed { At = At(5), CommandId = "c5", Version = 5, Revision = 2 }));
        (await Store.Read.DeploymentAsync(id)).ShouldBeNull();
        (await Store.Read.DeploymentRevisionsAsync(id, null, 10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_reconciler_saw_and_decided_is_listed_and_old_decisions_go()
    {
        var id = new DeploymentId("default", "web");
        var seen = new SeenInstance { Id = "web-1", Deployment = id, Revision = 1, State = SeenState.Healthy, Node = "n", Since = At(1), StartedAt = At(1), Pid = 7, LastLines = ["x"] };
        await Store.Rows.NoteInstancesAsync([seen, seen with { Id = "web-2" }], [], [.. Enumerable.Range(0, 510).Select(i => new DeploymentDecision(id, "start", $"web-{i}", null, 1, "missing"))], At(1));
        await Store.Rows.NoteInstancesAsync([seen with { State = SeenState.Crashed }], [(id, "web-2")], [new DeploymentDecision(new("default", "other"), "wait", null, "n", 2, "why")], At(2));
        var row = (await Store.Read.InstancesAsync(id)).ShouldHaveSingleItem();
        (row.Seen.Id, row.Seen.State, row.Seen.Pid, row.UpdatedAt).ShouldBe(("web-1", SeenState.Crashed, 7, At(2)));
        var decisions = await Store.Read.DecisionsAsync(id, null, 1_000);
        (decisions.Count, decisions[0].Decision.Instance, decisions[^1].Decision.Instance).ShouldBe((500, "web-509", "web-10"));
        (await Store.Read.DecisionsAsync(id, decisions[0].Seq, 1)).ShouldHaveSingleItem().Decision.Instance.ShouldBe("web-508");
        (await Store.Read.DecisionsAsync(new("default", "other"), null, 10)).ShouldHaveSingleItem().At.ShouldBe(At(2));
    }

    private static DeploymentEvent.Defined Wanted(long version, long revision, string command) => new()
    {
        At = At((int)version),
        CommandId = $"c{version}",
        By = "ada",
        Version = version,
        Revision = revision,
        Spec = new DeploymentSpec { Replicas = (int)version },
        Template = new InstanceTemplate { Runtime = "exec", Protocol = InstanceTemplate.Self, Command = [command] },
        Enabled = true,
        CreatedAt = At(0),
    };
}
