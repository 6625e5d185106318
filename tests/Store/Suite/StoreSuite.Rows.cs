using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Executors;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task A_heartbeat_changes_its_row_and_keeps_what_it_does_not_say()
    {
        var story = New("a");
        await Write(story.Submit(At(0)), story.Assign(At(1)));

        await Store.Rows.TouchAsync(story.Id, At(90), JsonElement.Parse("{\"page\":7}"), 0.25, "a quarter");
        await Store.Rows.TouchAsync(story.Id, At(91), null, 0.5, null);

        var row = (await Store.Read.FindAsync(story.Id))!;
        (row.NextDeadline, row.Progress, row.ProgressText).ShouldBe((At(91), 0.5, "a quarter"));
        (await Store.Read.CheckpointAsync(story.Id))!.Value.GetProperty("page").GetInt32().ShouldBe(7);
        (await Store.Read.CheckpointAsync(new("default", "nobody"))).ShouldBeNull();

        await Write(story.Release(At(2)), story.Assign(At(3)));
        row = (await Store.Read.FindAsync(story.Id))!;
        (row.Progress, row.ProgressText).ShouldBe((null, null), "It begins anew.");
        (await Store.Read.CheckpointAsync(story.Id)).ShouldNotBeNull("The next attempt goes on from there.");

        await Write(story.Complete(At(4)));
        (await Store.Read.CheckpointAsync(story.Id)).ShouldBeNull();
    }

    [Fact]
    public async Task A_late_heartbeat_does_not_wake_a_finished_process()
    {
        var story = New("a");
        await Write(story.Submit(At(0)), story.Assign(At(1)), story.Complete(At(2)));

        await Store.Rows.TouchAsync(story.Id, At(90), JsonElement.Parse("1"), 0.5, "late");

        Shape(await Store.Read.FindAsync(story.Id)).ShouldBe(Shape(Expected.Row(story)));
        (await Store.Read.DueAsync(At(1_000), 10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_log_line_is_stored_once_and_read_in_order()
    {
        var id = new ProcessId("default", "a");
        (await Store.Rows.AppendLogAsync(id, 2, [new LogLine(5, At(5), "stdout", "five")])).ShouldBeTrue();
        (await Store.Rows.AppendLogAsync(id, 1, [new LogLine(2, At(2), "stderr", "two"), new LogLine(1, At(1), "stdout", "one ü")])).ShouldBeTrue();
        (await Store.Rows.AppendLogAsync(id, 1, [new LogLine(2, At(9), "stdout", "again"), new LogLine(3, At(3), "log", "")])).ShouldBeTrue();
        (await Store.Rows.AppendLogAsync(new("other", "a"), 1, [new LogLine(1, At(1), "stdout", "theirs")])).ShouldBeTrue();

        LogRow[] all =
        [
            new(1, new(1, At(1), "stdout", "one ü")), new(1, new(2, At(2), "stderr", "two")), new(1, new(3, At(3), "log", "")), new(2, new(5, At(5), "stdout", "five")),
        ];
        (await Store.Read.LogsAsync(id, 0, 0, 100)).ShouldBe(all);
        (await Store.Read.LogsAsync(id, 1, 2, 100)).ShouldBe(all[2..]);
        (await Store.Read.LogsAsync(id, 1, 1, 1)).ShouldBe(all[1..2]);
        (await Store.Read.LogsAsync(id, 2, 5, 100)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Settings_of_a_queue_are_kept_as_they_were_put()
    {
        var queue = new QueueId("default", "render");
        (await Store.Read.QueueSettingsAsync(queue)).ShouldBeNull();

        await Store.Rows.PutQueueAsync(queue, new QueueSettings { MaxRunning = 5, RatePerSecond = 0.25, Paused = true }, At(0));
        await Store.Rows.PutQueueAsync(new("other", "mail"), new QueueSettings { MaxRunning = 1 }, At(0));
        (await Store.Read.QueueSettingsAsync(queue)).ShouldBe(new QueueSettings { MaxRunning = 5, RatePerSecond = 0.25, Paused = true });

        await Store.Rows.PutQueueAsync(queue, new QueueSettings(), At(1));
        (await Store.Read.QueuesAsync(null)).ShouldBe([(queue, new QueueSettings()), (new("other", "mail"), new QueueSettings { MaxRunning = 1 })]);
        (await Store.Read.QueuesAsync("other")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_executor_is_known_from_its_registration_to_its_removal()
    {
        await Write(Appends.Of("x/default/w1", 1, "w", Registered("w1", 1, "gpu")), Appends.Of("x/default/w2", 1, "w", Registered("w2", 1)), Appends.Of("x/other/w1", 1, "w", Registered("w1", 1)));
        await Store.Rows.TouchExecutorAsync("default", "w1", At(50));

        var row = (await Store.Read.ExecutorAsync("default", "w1"))!;
        (row.Capability.Types.Single(), row.RegisteredAt, row.LastSeen).ShouldBe(("gpu", At(1), At(50)));

        await Write(Appends.Of("x/default/w1", 2, "w", Registered("w1", 60, "cpu")));
        row = (await Store.Read.ExecutorAsync("default", "w1"))!;
        (row.Capability.Types.Single(), row.RegisteredAt, row.LastSeen).ShouldBe(("cpu", At(1), At(60)));
        (await Store.Read.ExecutorsAsync("default")).Select(e => e.Id).ShouldBe(["w1", "w2"]);

        await Write(Appends.Of("x/default/w1", 3, "w", new ExecutorEvent.Removed { At = At(70), CommandId = "r" }));
        (await Store.Read.ExecutorAsync("default", "w1")).ShouldBeNull();
        (await Store.Read.ExecutorAsync("other", "w1")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_file_is_seen_when_it_is_complete()
    {
        var id = new ProcessId("default", "a");
        var file = await Store.Rows.BeginFileAsync(id, "out.bin", "application/octet-stream", At(0));
        await Store.Rows.AppendFileAsync(file, 0, new byte[] { 1, 2 });
        await Store.Rows.AppendFileAsync(file, 1, new byte[] { 3 });
        await Store.Rows.AppendFileAsync(file, 0, new byte[] { 1, 2 });
        (await Store.Read.FilesAsync(id)).ShouldBeEmpty();

        await Store.Rows.CompleteFileAsync(file, 3, "abc");
        (await Store.Read.FilesAsync(id)).ShouldBe([new FileRow(file, "out.bin", 3, "abc", "application/octet-stream", At(0))]);
        (await Store.Read.FileChunkAsync(file, 0)).ShouldBe([1, 2]);
        (await Store.Read.FileChunkAsync(file, 1)).ShouldBe([3]);
        (await Store.Read.FileChunkAsync(file, 2)).ShouldBeNull();
    }

    [Fact]
    public async Task A_newer_file_takes_the_place_of_the_older_when_it_is_complete()
    {
        var id = new ProcessId("default", "a");
        var old = await Store.Rows.BeginFileAsync(id, "f", "text/plain", At(0));
        await Store.Rows.AppendFileAsync(old, 0, new byte[] { 1 });
        await Store.Rows.CompleteFileAsync(old, 1, "old");
        var dropped = await Store.Rows.BeginFileAsync(id, "f", "text/plain", At(1));
        await Store.Rows.AppendFileAsync(dropped, 0, new byte[] { 9 });
        await Store.Rows.DropFileAsync(dropped);
        (await Store.Read.FilesAsync(id)).Single().Sha256.ShouldBe("old");

        var next = await Store.Rows.BeginFileAsync(id, "f", "text/plain", At(2));
        await Store.Rows.AppendFileAsync(next, 0, new byte[] { 2 });
        await Store.Rows.CompleteFileAsync(next, 1, "new");

        (await Store.Read.FilesAsync(id)).Single().Sha256.ShouldBe("new");
        Raw("SELECT file_id, n FROM file_chunk").ShouldBe([$"{next} | 0"], "The older one is gone altogether.");
    }

    [Fact]
    public async Task Nothing_is_added_to_a_file_that_is_over()
    {
        var id = new ProcessId("default", "a");
        var dropped = await Store.Rows.BeginFileAsync(id, "f", "text/plain", At(0));
        await Store.Rows.DropFileAsync(dropped);
        var complete = await Store.Rows.BeginFileAsync(id, "g", "text/plain", At(0));
        await Store.Rows.CompleteFileAsync(complete, 0, "");

        complete.ShouldNotBe(dropped, "A number is never given twice.");
        await Should.ThrowAsync<Persistence.Journal.JournalWriteException>(() => Store.Rows.AppendFileAsync(dropped, 0, new byte[] { 1 }));
        await Should.ThrowAsync<Persistence.Journal.JournalWriteException>(() => Store.Rows.CompleteFileAsync(dropped, 0, ""));
        await Should.ThrowAsync<Persistence.Journal.JournalWriteException>(() => Store.Rows.AppendFileAsync(complete, 0, new byte[] { 1 }));
        Raw("SELECT count(*) FROM file_chunk").ShouldBe(["0"]);
    }

    [Fact]
    public async Task A_webhook_is_due_from_the_end_until_it_is_done()
    {
        var (hooked, plain) = (New("hooked"), New("plain"));
        await Write(hooked.Submit(At(0), Specs.Plain() with { Webhook = new Webhook { Url = "http://localhost/" } }), plain.Submit(At(0)), plain.Cancel(At(1)));
        (await Store.Read.WebhooksAsync(At(100), 10)).ShouldBeEmpty();

        await Write(hooked.Cancel(At(5)));
        (await Store.Read.WebhooksAsync(At(100), 10)).ShouldBe([new WebhookRow(hooked.Id, At(5))]);
        (await Store.Read.WebhooksAsync(At(5), 10)).ShouldBeEmpty("Not yet.");

        await Store.Rows.WebhookDoneAsync(hooked.Id, At(50));
        (await Store.Read.WebhooksAsync(At(49), 10)).ShouldBeEmpty();
        (await Store.Read.WebhooksAsync(At(51), 10)).ShouldBe([new WebhookRow(hooked.Id, At(50))]);

        await Store.Rows.WebhookDoneAsync(hooked.Id, null);
        (await Store.Read.WebhooksAsync(At(1_000), 10)).ShouldBeEmpty();

        await Write(hooked.Retry(At(60)));
        await Store.Rows.WebhookDoneAsync(hooked.Id, At(61));
        (await Store.Read.WebhooksAsync(At(1_000), 10)).ShouldBeEmpty("It runs again.");
        await Write(hooked.Assign(At(62)), hooked.Complete(At(63)));
        (await Store.Read.WebhooksAsync(At(1_000), 10)).ShouldBe([new WebhookRow(hooked.Id, At(63))]);
    }
}
