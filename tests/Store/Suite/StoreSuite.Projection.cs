using System.Collections.Immutable;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    public async Task Every_row_shows_what_its_events_say(int seed)
    {
        var life = await Live(seed, waves: 40);

        life.Stories.SelectMany(s => s.Events).Select(e => e.GetType()).Distinct().Count().ShouldBe(11, "Every kind of event happened.");
        var rows = new List<ProcessRow>();
        foreach (var story in life.Stories)
        {
            var row = (await Store.Read.FindAsync(story.Id)).ShouldNotBeNull();
            Shape(row).ShouldBe(Shape(Expected.Row(story)));
            rows.Add(row);
        }

        rows.Select(r => r.Seq).Distinct().Count().ShouldBe(rows.Count);
    }

    [Fact]
    public async Task A_process_runs_through_its_row()
    {
        var story = New("a");
        var spec = Specs.Labelled(("team", "blue")) with
        {
            Name = "my name",
            Runtime = "exec",
            Priority = 3,
            Limits = new Limits { MaxWait = TimeSpan.FromSeconds(10), MaxExec = TimeSpan.FromSeconds(20), Retry = Specs.Soon },
        };
        await Write(story.Submit(At(0), spec, "me"));
        await Shows(story, new() { Status = ProcessStatus.Waiting, WaitingSince = At(0), NextDeadline = At(10), UpdatedAt = At(0) }, spec);

        await Write(story.Assign(At(1), "w1"));
        await Shows(story, new() { Status = ProcessStatus.Running, Attempt = 1, Executor = "w1", StartedAt = At(1), NextDeadline = At(21), UpdatedAt = At(1) }, spec);

        await Write(story.Fail(At(2), "no luck"));
        await Shows(story, new() { Status = ProcessStatus.Blocked, Attempt = 1, Counted = 1, Executor = "w1", StartedAt = At(1), NextDeadline = At(3), Reason = "no luck", UpdatedAt = At(2) }, spec);

        await Write(story.Tick(At(3))!, story.Assign(At(4), "w2"), story.Complete(At(5), "{\"n\":1}"));
        await Shows(story, new() { Status = ProcessStatus.Succeeded, Attempt = 2, Counted = 1, Executor = "w2", StartedAt = At(4), FinishedAt = At(5), ResultNr = 6, UpdatedAt = At(5) }, spec);

        await Write(story.Retry(At(6)));
        await Shows(story, new() { Status = ProcessStatus.Waiting, Attempt = 2, Executor = "w2", StartedAt = At(4), WaitingSince = At(6), NextDeadline = At(16), Reason = "Once more.", UpdatedAt = At(6) }, spec);

        await Write(story.Cancel(At(7)));
        await Shows(story, new() { Status = ProcessStatus.Cancelled, Attempt = 2, Executor = "w2", StartedAt = At(4), FinishedAt = At(7), Reason = "Not needed.", UpdatedAt = At(7) }, spec);
    }

    [Fact]
    public async Task A_child_shows_the_parent_that_caused_its_end()
    {
        var (failed, cancelled) = (New("failed"), New("cancelled"));
        await Write(failed.Submit(At(0), Specs.After("p")), cancelled.Submit(At(0), Specs.After("p", "q")));

        await Write(failed.SeeParents(At(1), ("p", ProcessStatus.Failed)), cancelled.SeeParents(At(1), ("p", ProcessStatus.Succeeded), ("q", ProcessStatus.Cancelled)));

        (await Store.Read.FindAsync(failed.Id))!.ShouldSatisfyAllConditions(r => r.Status.ShouldBe(ProcessStatus.Failed), r => r.Cause.ShouldBe("p"), r => r.HasParents.ShouldBeTrue());
        (await Store.Read.FindAsync(cancelled.Id))!.ShouldSatisfyAllConditions(r => r.Status.ShouldBe(ProcessStatus.Cancelled), r => r.Cause.ShouldBe("q"));
    }

    [Fact]
    public async Task Attributes_are_merged_and_null_removes_one()
    {
        var story = New("a");
        await Write(story.Submit(At(0)), story.SetAttributes(At(1), ("a", "1"), ("b", "2")), story.SetAttributes(At(2), ("b", null), ("c", "{\"x\":null}")));

        (await Store.Read.FindAsync(story.Id))!.Attributes!.ToDictionary().ShouldBe(new Dictionary<string, string> { ["a"] = "1", ["c"] = "{\"x\":null}" }, ignoreOrder: true);
    }

    [Fact]
    public async Task Spec_and_result_come_back_as_they_were_given()
    {
        var (story, empty) = (New("a"), New("b"));
        var spec = Specs.Large(20_000) with { Env = ImmutableSortedDictionary<string, string>.Empty.Add("A", "ü\"\\\n"), FinalExitCodes = [1, 2] };
        await Write(story.Submit(At(0), spec), story.Assign(At(1)), story.Complete(At(2), "{\"text\":\"ü\",\"n\":[1,2.5,null]}"));
        await Write(empty.Submit(At(0)), empty.Assign(At(1)), empty.Complete(At(2)));

        var read = (await Store.Read.SpecAsync(story.Id))!;
        read.Input!.Value.GetString()!.Length.ShouldBe(20_000);
        read.Env["A"].ShouldBe("ü\"\\\n");
        read.FinalExitCodes.ShouldBe([1, 2]);
        System.Text.Json.JsonElement.DeepEquals((await Store.Read.ResultAsync(story.Id))!.Value, System.Text.Json.JsonElement.Parse("{\"text\":\"ü\",\"n\":[1,2.5,null]}")).ShouldBeTrue();
        (await Store.Read.ResultAsync(empty.Id)).ShouldBeNull();
        (await Store.Read.SpecAsync(new("default", "nobody"))).ShouldBeNull();
        (await Store.Read.ResultAsync(new("default", "nobody"))).ShouldBeNull();
        (await Store.Read.FindAsync(new("default", "nobody"))).ShouldBeNull();
    }

    [Fact]
    public async Task The_result_is_that_of_the_last_series()
    {
        var story = New("a");
        await Write(story.Submit(At(0)), story.Assign(At(1)), story.Complete(At(2), "1"), story.Retry(At(3)));
        (await Store.Read.ResultAsync(story.Id)).ShouldBeNull("It is to be made anew.");

        await Write(story.Assign(At(4)), story.Complete(At(5), "2"));
        (await Store.Read.ResultAsync(story.Id))!.Value.GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task An_event_of_a_process_that_is_gone_is_not_written()
    {
        var story = New("a");
        await Write(story.Submit(At(0)), story.Cancel(At(1)));
        (await Store.Rows.RemoveFinishedAsync(At(10), 10)).ShouldBe(1);

        await Should.ThrowAsync<Persistence.Journal.JournalWriteException>(() => Store.Journal.AppendAsync(story.Retry(At(11))));

        Raw("SELECT count(*) FROM journal").ShouldBe(["0"]);
        await CountsAreTheRows();
        await Write(New("a").Submit(At(12)));
    }

    private async Task Shows(Story story, Seen seen, ProcessSpec spec)
    {
        Shape(await Store.Read.FindAsync(story.Id)).ShouldBe(Shape(new ProcessRow
        {
            Seq = 0,
            Id = story.Id,
            Queue = Ids.DefaultQueue,
            Lane = Requirements.Of(spec).Lane(),
            Func = spec.Func,
            Name = spec.Name,
            Runtime = spec.Runtime,
            Priority = spec.Priority,
            Labels = spec.Labels,
            CreatedAt = At(0),
            CreatedBy = "me",
            Status = seen.Status,
            Attempt = seen.Attempt,
            Counted = seen.Counted,
            Executor = seen.Executor,
            StartedAt = seen.StartedAt,
            FinishedAt = seen.FinishedAt,
            WaitingSince = seen.WaitingSince,
            NextDeadline = seen.NextDeadline,
            Reason = seen.Reason,
            ResultNr = seen.ResultNr,
            UpdatedAt = seen.UpdatedAt,
        }));
    }

    private sealed record Seen
    {
        public ProcessStatus Status { get; init; }

        public int Attempt { get; init; }

        public int Counted { get; init; }

        public string? Executor { get; init; }

        public DateTimeOffset? StartedAt { get; init; }

        public DateTimeOffset? FinishedAt { get; init; }

        public DateTimeOffset? WaitingSince { get; init; }

        public DateTimeOffset? NextDeadline { get; init; }

        public string? Reason { get; init; }

        public long? ResultNr { get; init; }

        public DateTimeOffset UpdatedAt { get; init; }
    }
}
