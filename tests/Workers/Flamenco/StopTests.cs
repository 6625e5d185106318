using System.Globalization;
using Muster.Tests.Workers.Shared;

namespace Muster.Tests.Workers.Flamenco;

/// <summary>What stops a task, and what stops a worker.</summary>
public sealed class StopTests : FlamencoTest
{
    private string Hang => $"sh -c 'sleep 1000 & echo $! > {Folder.File("child")}; wait'";

    [Fact]
    public async Task A_task_that_may_not_run_on_is_ended_with_all_that_it_started_and_goes_back()
    {
        await QueueAsync("long", Echo("begun"), Exec(Hang));
        var worker = Start();
        var child = await ChildAsync();
        await Manager.TellAsync("task", new { _id = "long", status = "cancel-requested" });
        await TaskAsync("long", "canceled");
        await Eventually.Holds(() => !Lives(child), "the child has ended");
        LogOf(await TaskAsync("long", "canceled")).ShouldContain("Worker stopped running this task: the task is not to run");
        var told = await Manager.RecordAsync("POST /tasks/long/");
        told[^1].Path.ShouldBe("/tasks/long/return");
        told.ShouldNotContain(r => r.Body != null && r.Body["task_status"] != null && r.Body["task_status"]!.GetValue<string>() != "active");
        await QueueAsync("next", Echo("on"));
        await TaskAsync("next", "completed");
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_answer_to_an_update_stops_a_task_too()
    {
        await Manager.RulesAsync(
            new { path = "/may-i-run", status = 500, body = "<html>" },
            new { path = "/tasks/told/update", status = 200, body = "{\"may_keep_running\": false, \"reason\": \"enough\"}", after = true },
            new { path = "/tasks/stolen/update", status = 409, body = "not yours", times = 1 });
        await QueueAsync("told", Exec("sleep 1000"));
        var worker = Start();
        LogOf(await TaskAsync("told", "claimed-by-manager", "active")).ShouldNotContain("enough");
        await SeenAsync("POST /tasks/told/return");
        LogOf(await TaskAsync("told", "claimed-by-manager", "active")).ShouldContain("Worker stopped running this task: enough");
        await Manager.TellAsync("task", new { _id = "told", status = "paused" });

        await QueueAsync("stolen", Exec("sleep 1000"));
        await SeenAsync("POST /tasks/stolen/update");
        await Manager.TellAsync("task", new { _id = "stolen", status = "paused" });
        await QueueAsync("next", Echo("on"));
        await TaskAsync("next", "completed");
        (await Manager.RecordAsync("POST /tasks/stolen/return")).ShouldBeEmpty();
        worker.Output.ShouldContain("the manager gave it to another worker");
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_manager_that_knows_no_return_hears_that_the_task_was_canceled()
    {
        await Manager.RulesAsync(new { path = "/tasks/.*/return", status = 404 });
        await QueueAsync("long", Exec("sleep 1000"));
        var worker = Start();
        await TaskAsync("long", "active");
        await SeenAsync("GET /may-i-run/long");
        await Manager.TellAsync("task", new { _id = "long", status = "cancel-requested" });
        await TaskAsync("long", "canceled");
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Only_a_clear_no_stops_a_task()
    {
        await Manager.RulesAsync(
            new { path = "/may-i-run", status = 404, body = "gone", times = 1 }, new { path = "/may-i-run", status = 200, body = "no", times = 1 }, new { path = "/may-i-run", status = 200, body = "{\"may_keep_running\":\"false\"}", times = 1 },
            new { path = "/may-i-run", drop = true, times = 1 }, new { path = "/may-i-run", status = 200, body = "{\"may_keep_running\":true,\"surprise\":[1]}", times = 1 });
        await QueueAsync("brave", Exec($"sh -c 'while [ ! -e {Folder.File("go")} ]; do sleep 0.05; done'"));
        var worker = Start();
        await SeenAsync("GET /may-i-run/brave", 6);
        await File.WriteAllTextAsync(Folder.File("go"), "");
        await TaskAsync("brave", "completed");
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Stopped_the_worker_aborts_its_task_marks_it_failed_sends_all_and_signs_off()
    {
        await QueueAsync("long", Echo("begun"), Exec(Hang));
        var worker = Start();
        var child = await ChildAsync();
        (await worker.StopAsync()).ShouldBe(0);
        var task = await TaskAsync("long", "failed");
        task["activity"]!.GetValue<string>().ShouldBe("Task was aborted because the worker was stopped");
        LogOf(task).ShouldContain("begun");
        (await Manager.RecordAsync()).Last(r => r.Method == "POST").Path.ShouldBe("/sign-off");
        Lives(child).ShouldBeFalse();
    }

    [Fact]
    public async Task With_on_stop_return_the_task_goes_back_and_the_worker_signs_off()
    {
        await QueueAsync("long", Exec(Hang));
        var worker = Start("", "--on-stop", "return");
        await ChildAsync();
        await worker.SignalAsync("TERM");
        (await worker.ExitAsync()).ShouldBe(0);
        (await TaskAsync("long", "claimed-by-manager"))["history"]!.ToJsonString().ShouldBe("""["handed-out","active"]""");
        (await Manager.RecordAsync("POST /")).TakeLast(2).Select(r => r.Path).ShouldBe(["/tasks/long/return", "/sign-off"]);
    }

    [Fact]
    public async Task A_killed_worker_leaves_no_program_behind()
    {
        await QueueAsync("long", Exec(Hang));
        var worker = Start();
        var child = await ChildAsync();
        await worker.KillAsync();
        await Eventually.Holds(() => !Lives(child), "the child has ended");
        await Manager.TellAsync("task", new { _id = "long", status = "paused" });
    }

    [Fact]
    public async Task A_worker_that_waits_for_its_manager_stops_at_once()
    {
        await Manager.KillAsync();
        var worker = Start();
        await Eventually.Holds(() => worker.Output.Contains("Trying again", StringComparison.Ordinal), "it waits");
        (await worker.StopAsync()).ShouldBe(0);
        await Manager.StartAsync();
    }

    private async Task<int> ChildAsync() =>
        int.Parse(await Eventually.SeeAsync(() => File.ReadAllTextAsync(Folder.File("child")), t => t.EndsWith('\n')), CultureInfo.InvariantCulture);

    private static bool Lives(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
