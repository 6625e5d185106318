namespace Muster.Tests.Workers.Flamenco;

/// <summary>The states of a worker: asked for by the manager, by signals and by a check that fails.</summary>
public sealed class StatusTests : FlamencoTest
{
    [Fact]
    public async Task The_manager_puts_the_worker_to_sleep_wakes_it_and_shuts_it_down()
    {
        var worker = Start();
        await SeenAsync("POST /task");
        await AskAsync("asleep");
        await SeenAsync("POST /ack-status-change/asleep");
        var asked = (await Manager.RecordAsync("POST /task")).Count;
        await SeenAsync("GET /status-change", 3);
        (await Manager.RecordAsync("POST /task")).Count.ShouldBe(asked);
        await AskAsync("awake");
        await SeenAsync("POST /ack-status-change/awake");
        await SeenAsync("POST /task", asked + 1);

        await AskAsync("dancing");
        await SeenAsync("POST /ack-status-change/asleep", 2);
        await AskAsync("shutdown");
        (await worker.ExitAsync()).ShouldBe(0);
        (await Manager.RecordAsync("POST /ack-status-change/shutdown")).ShouldBeEmpty();
        (await Manager.RecordAsync("POST /sign-off")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_state_that_is_asked_for_at_once_stops_the_task()
    {
        await QueueAsync("long", Exec("sleep 1000"));
        var worker = Start();
        await TaskAsync("long", "active");
        await AskAsync("asleep");
        await SeenAsync("POST /ack-status-change/asleep");
        await TaskAsync("long", "claimed-by-manager");
        await AskAsync("shutdown");
        (await worker.ExitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_state_that_is_not_urgent_waits_for_the_end_of_the_task()
    {
        await QueueAsync("short", Exec($"sh -c 'while [ ! -e {Folder.File("go")} ]; do sleep 0.05; done'"));
        var worker = Start();
        await TaskAsync("short", "active");
        await Manager.TellAsync("status", new { status = "shutdown", lazy = true });
        await SeenAsync("GET /may-i-run/short", (await Manager.RecordAsync("GET /may-i-run")).Count + 2);
        await File.WriteAllTextAsync(Folder.File("go"), "");
        (await worker.ExitAsync()).ShouldBe(0);
        await TaskAsync("short", "completed");
    }

    [Fact]
    public async Task Signals_put_the_worker_to_sleep_and_wake_it()
    {
        var worker = Start();
        await SeenAsync("POST /task");
        await worker.SignalAsync("USR1");
        await SeenAsync("POST /ack-status-change/asleep");
        await SeenAsync("GET /status-change", 2);
        await worker.SignalAsync("USR2");
        await SeenAsync("POST /ack-status-change/awake");
        var asked = (await Manager.RecordAsync("POST /task")).Count;
        await SeenAsync("POST /task", asked + 1);
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_check_that_fails_keeps_tasks_away_until_it_holds()
    {
        await QueueAsync("one", Echo("1"));
        var worker = Start($"error_wait_seconds = 0.2\n[pre_task_check]\nread = {Folder.File("share")}\nwrite = {Folder.File("share")}");
        await SeenAsync("POST /ack-status-change/error");
        await SeenAsync("POST /ack-status-change/awake");
        (await Manager.RecordAsync("POST /task")).ShouldBeEmpty();
        worker.Output.ShouldContain($"{Folder.File("share")} cannot be read");
        Directory.CreateDirectory(Folder.File("share"));
        await TaskAsync("one", "completed");
        (await worker.StopAsync()).ShouldBe(0);
        Directory.GetFileSystemEntries(Folder.File("share")).ShouldBeEmpty();
    }

    private Task AskAsync(string status) => Manager.TellAsync("status", new { status });
}
