using System.Text.Json.Nodes;
using Muster.Tests.Workers.Shared;

namespace Muster.Tests.Workers.Flamenco;

/// <summary>Either side is killed, talks nonsense, or has no room left; nothing that was said is lost or comes in another order.</summary>
public sealed class FaultTests : FlamencoTest
{
    [Fact]
    public async Task A_manager_that_is_killed_stops_no_task_and_hears_everything_in_order_when_it_is_back()
    {
        await QueueAsync("long", new { name = "log_a_lot", settings = new { lines = 3000 } }, Exec($"sh -c 'i=0; while [ ! -e {Folder.File("go")} ]; do echo tick $i; i=$((i+1)); sleep 0.02; done; touch {Folder.File("done")}'"), Echo("the end"));
        var worker = Start("push_log_max_entries = 100");
        await SeenAsync("POST /tasks/long/update", 3);
        await Manager.KillAsync();
        await Eventually.Holds(() => worker.Output.Contains("Updates are kept and sent again", StringComparison.Ordinal), "it says that updates are kept");
        await File.WriteAllTextAsync(Folder.File("go"), "");
        await Eventually.Holds(() => File.Exists(Folder.File("done")), "the task went on");
        await Manager.StartAsync();
        var task = await TaskAsync("long", "completed");
        ShouldBeWhole(task, 3000);
        LogOf(task).TrimEnd().ShouldEndWith(": the end");
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task What_was_queued_survives_a_kill_of_the_worker_and_is_told_before_a_task_is_asked_for()
    {
        await Manager.RulesAsync(new { path = "/update", status = 503, body = "later" });
        await QueueAsync("one", new { name = "log_a_lot", settings = new { lines = 1000 } });
        var worker = Start("push_log_max_entries = 100");
        await Eventually.Holds(() => worker.Output.Contains("Task one is completed", StringComparison.Ordinal), "the task is done");
        // The end is in the file when nothing else can come: tasks are not asked for while it waits.
        await Eventually.SeeAsync(() => Task.FromResult(Rows()), n => n >= 10);
        var asked = (await Manager.RecordAsync("POST /task")).Count(r => r.Path == "/task");
        asked.ShouldBe(1);
        await worker.KillAsync();
        await Manager.RulesAsync();
        var before = (await Manager.RecordAsync()).Count;
        worker = Restart();
        ShouldBeWhole(await TaskAsync("one", "completed"), 1000);
        await Eventually.SeeAsync(() => Manager.RecordAsync("POST /task"), r => r.Count(x => x.Path == "/task") > asked);
        var after = (await Manager.RecordAsync()).Skip(before).Select(r => r.Path).ToList();
        after[0].ShouldBe("/sign-on");
        after.LastIndexOf("/tasks/one/update").ShouldBeLessThan(after.IndexOf("/task"));
        (await TaskAsync("one", "completed"))["history"]!.ToJsonString().ShouldBe("""["handed-out","active","completed"]""");
        (await worker.StopAsync()).ShouldBe(0);
        Rows().ShouldBe(0);
    }

    [Fact]
    public async Task A_task_is_not_run_twice_because_its_end_came_late()
    {
        await Manager.RulesAsync(new { path = "/update", status = 500, body = "no", times = 8 });
        await QueueAsync("once", Exec($"sh -c 'echo run >> {Folder.File("runs")}'"));
        var worker = Start();
        await TaskAsync("once", "completed");
        await QueueAsync("next", Echo("on"));
        await TaskAsync("next", "completed");
        (await File.ReadAllTextAsync(Folder.File("runs"))).ShouldBe("run\n");
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_worker_killed_in_a_task_gets_it_again()
    {
        await QueueAsync("again", Exec($"sh -c 'echo run >> {Folder.File("runs")}; [ -e {Folder.File("go")} ] || exec sleep 1000'"));
        var worker = Start();
        await Eventually.Holds(() => File.Exists(Folder.File("runs")), "it runs");
        await TaskAsync("again", "active");
        await worker.KillAsync();
        await File.WriteAllTextAsync(Folder.File("go"), "");
        worker = Restart();
        await TaskAsync("again", "completed");
        (await File.ReadAllTextAsync(Folder.File("runs"))).ShouldBe("run\nrun\n");
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Nonsense_and_refusals_are_one_line_each_and_the_worker_goes_on()
    {
        await QueueAsync("one", Echo("1"));
        var worker = Start("request_timeout_seconds = 0.3");
        await TaskAsync("one", "completed");
        // On a busy machine a registration may already have taken longer than the worker waits, and been sent again.
        var registered = (await Manager.RecordAsync("POST /register-worker")).Count;
        await Manager.RulesAsync(
            new { path = "^/task$", status = 200, body = "<html>busy</html>", times = 3 },
            new { path = "^/task$", status = 200, body = "[]", times = 1 },
            new { path = "^/task$", status = 200, body = "{\"_id\": 7, \"commands\": 8}", times = 1 },
            new { path = "^/task$", status = 423, body = "asleep", times = 1 },
            new { path = "^/task$", status = 423, body = "{\"status_requested\": 1}", times = 1 },
            new { path = "^/task$", status = 401, body = "who?", times = 2 },
            new { path = "^/task$", status = 406, times = 1 },
            new { path = "^/task$", delay = 1, times = 1 },
            new { path = "^/task$", drop = true, times = 1 });
        await SeenAsync("POST /task", (await Manager.RecordAsync("POST /task")).Count + 14);
        await QueueAsync("two", Echo("2"));
        await TaskAsync("two", "completed");
        worker.Output.Split('\n').Count(l => l.Contains("something that is no task: 200 <html>busy</html>", StringComparison.Ordinal)).ShouldBe(1);
        worker.Output.Split('\n').Count(l => l.Contains("with its secret any more", StringComparison.Ordinal)).ShouldBe(1);
        worker.Output.ShouldContain("knows no task types of this worker");
        worker.Output.ShouldContain("no answer within 0.3 s");
        (await Manager.RecordAsync("POST /register-worker")).Count.ShouldBe(registered);
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Updates_that_are_refused_for_good_hold_up_no_others()
    {
        await Manager.RulesAsync(new { path = "/tasks/gone/update", status = 404, times = 2 });
        await QueueAsync("gone", Echo("1"));
        await QueueAsync("next", Echo("2"));
        var worker = Start();
        await TaskAsync("gone", "active", "completed");
        await Manager.TellAsync("task", new { _id = "gone", status = "paused" });
        await TaskAsync("next", "completed");
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task On_a_full_disk_updates_are_sent_from_memory_and_nothing_is_lost()
    {
        using var disk = new Tmpfs(Folder.File("disk"), "2m");
        await QueueAsync("before", Echo("1"));
        var worker = Start($"task_update_queue_db = {Path.Combine(disk.Path, "queue.db")}\npush_log_max_entries = 500");
        await TaskAsync("before", "completed");
        disk.Fill();
        await QueueAsync("full", new { name = "log_a_lot", settings = new { lines = 20000 } });
        ShouldBeWhole(await TaskAsync("full", "completed"), 20000);
        await Eventually.Holds(() => worker.Output.Contains("The update queue cannot be written", StringComparison.Ordinal), "it says that the disk is full");
        disk.Free();
        await QueueAsync("after", new { name = "log_a_lot", settings = new { lines = 2000 } });
        ShouldBeWhole(await TaskAsync("after", "completed"), 2000);
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_second_worker_on_the_same_queue_file_does_not_start()
    {
        var worker = Start();
        await SeenAsync("POST /task");
        var second = Restart();
        (await second.ExitAsync()).ShouldBe(1);
        second.Output.Trim().ShouldBe($"The update queue {Folder.File("flamenco-worker.db")} is in use by another worker. Give each worker a working folder of its own, or set task_update_queue_db to another file.");
        (await Manager.RecordAsync("POST /register-worker")).Count.ShouldBe(1);
        await worker.KillAsync();
        var third = Restart();
        await SeenAsync("POST /sign-on");
        (await third.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_damaged_queue_file_is_kept_aside()
    {
        await File.WriteAllTextAsync(Folder.File("flamenco-worker.db"), "this was a database once, and then the power went");
        var worker = Start();
        await SeenAsync("POST /task");
        worker.Output.ShouldContain("is damaged");
        File.ReadAllText(Directory.GetFiles(Folder.Path, "*.damaged-*").ShouldHaveSingleItem()).ShouldStartWith("this was a database");
        (await worker.StopAsync()).ShouldBe(0);
    }

    private int Rows()
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Folder.File("flamenco-worker.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM worker_updates";
        return Convert.ToInt32(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    // Lines may come twice when an answer was lost; none is missing, and the first of each come in order.
    private static void ShouldBeWhole(JsonNode task, int lines) =>
        LogOf(task).Split('\n').Where(l => l.Contains("This is line", StringComparison.Ordinal)).Select(l => l.Split("line ")[1]).Distinct().ShouldBe(Enumerable.Range(0, lines).Select(i => $"{i}"));
}
