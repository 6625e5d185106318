using System.Text.Json.Nodes;
using Muster.Tests.Workers.Shared;

namespace Muster.Tests.Workers.Flamenco;

/// <summary>A manager, and workers with a home and a working folder of their own; everything that is waited for is quick.</summary>
public abstract class FlamencoTest : IAsyncLifetime
{
    private readonly List<WorkerProcess> _workers = [];

    protected TestFolder Folder { get; } = new();

    protected TestServer Manager { get; private set; } = null!;

    protected string Home => Folder.File(".flamenco-worker.cfg");

    public virtual async Task InitializeAsync() => Manager = await TestServer.StartAsync("flamenco_manager.py");

    public virtual async Task DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }

        await Manager.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>Starts a worker.</summary>
    /// <param name="keys">Lines for its configuration.</param>
    /// <param name="arguments">Its command line.</param>
    protected WorkerProcess Start(string keys = "", params string[] arguments)
    {
        File.WriteAllText(Folder.File("flamenco-worker.cfg"), $"""
            [flamenco-worker]
            manager_url = {Manager.Address}
            task_types = test sleep
            may_i_run_interval_seconds = 0.1
            push_log_max_interval_seconds = 0.2
            push_act_max_interval_seconds = 0.2
            fetch_empty_seconds = 0.1
            fetch_error_seconds = 0.1
            fetch_after_task_seconds = 0.05
            queue_retry_seconds = 0.1
            register_retry_seconds = 0.2
            sleep_poll_seconds = 0.1
            kill_after_seconds = 0.5
            output_interval_seconds = 0.1
            {keys.ReplaceLineEndings("\n")}
            """);
        return Restart(arguments);
    }

    /// <summary>Starts a worker with the configuration that is there.</summary>
    protected WorkerProcess Restart(params string[] arguments)
    {
        var worker = new WorkerProcess(Folder.Path, "flamenco-worker.dll", arguments, new Dictionary<string, string> { ["HOME"] = Folder.Path });
        _workers.Add(worker);
        return worker;
    }

    protected static object Echo(string text) => new { name = "echo", settings = new { message = text } };

    protected static object Exec(string cmd) => new { name = "exec", settings = new { cmd } };

    protected static object Sleep(double seconds) => new { name = "sleep", settings = new { time_in_seconds = seconds } };

    protected Task QueueAsync(string id, params object[] commands) => Manager.TellAsync("tasks", new[] { new { _id = id, commands } });

    /// <summary>The task when it is in one of these states.</summary>
    protected async Task<JsonNode> TaskAsync(string id, params string[] states)
    {
        var state = await Eventually.SeeAsync(Manager.StateAsync, s => states.Contains(Find(s)?["status"]?.GetValue<string>()));
        return Find(state)!;

        JsonNode? Find(JsonObject s) => s["tasks"]!.AsArray().FirstOrDefault(t => t!["_id"]!.GetValue<string>() == id);
    }

    protected Task<IReadOnlyList<RecordedRequest>> SeenAsync(string begins, int atLeast = 1) => Eventually.SeeAsync(() => Manager.RecordAsync(begins), r => r.Count >= atLeast);

    protected static string LogOf(JsonNode task) => task["log"]!.GetValue<string>();
}
