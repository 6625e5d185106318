using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Muster.Tests.Workers.Shared;
using Muster.Workers.Conductor;
using Muster.Workers.Shared;

namespace Muster.Tests.Workers.Conductor;

/// <summary>A server, and hosts of workers; what is waited for is quick.</summary>
public abstract class ConductorTest : IAsyncLifetime
{
    private readonly List<(CancellationTokenSource Stop, Task Run)> _hosts = [];
    private readonly List<WorkerProcess> _programs = [];
    private readonly Dictionary<string, string> _ids = [];

    protected TestFolder Folder { get; } = new();

    protected TestServer Server { get; private set; } = null!;

    protected Said Log { get; } = new();

    protected WorkerHostOptions Options => new()
    {
        ServerUrl = Server.Address,
        Isolation = WorkerIsolation.Task,
        PollBackoff = new Backoff(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(200)),
        ResultBackoff = new Backoff(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(200)),
        UnsentFile = Folder.File("unsent"),
    };

    public async Task InitializeAsync() => Server = await TestServer.StartAsync("conductor_server.py");

    public async Task DisposeAsync()
    {
        foreach (var (stop, run) in _hosts)
        {
            await stop.CancelAsync();
            await run;
        }

        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        await Server.DisposeAsync();
        Folder.Dispose();
    }

    protected (CancellationTokenSource Stop, Task Run) Host(WorkerHostOptions options, params ConductorWorker[] workers)
    {
        var stop = new CancellationTokenSource();
        var host = (stop, new WorkerHost(workers, options, new LoggerFactory([Log])).RunAsync(stop.Token));
        _hosts.Add(host);
        return host;
    }

    protected WorkerProcess Program(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        var program = new WorkerProcess(Folder.Path, "conductor-worker.dll", ["--server", Server.Address.ToString(), .. arguments], variables ?? new Dictionary<string, string>());
        _programs.Add(program);
        return program;
    }

    /// <summary>Puts a task in; it is called by the name that is given here.</summary>
    protected async Task AddAsync(string call, string name, object? input = null, string? domain = null, int responseTimeoutSeconds = 0, int retries = 0) =>
        _ids[call] = (await Server.AskAsync("tasks", new[] { new { name, input = input ?? new { }, domain, responseTimeoutSeconds, retries } }))![0]!.GetValue<string>();

    protected string Id(string call) => _ids[call];

    /// <summary>The task when it has this state.</summary>
    protected async Task<JsonNode> TaskAsync(string call, string status = "COMPLETED")
    {
        var state = await Eventually.SeeAsync(Server.StateAsync, s => Find(s)["status"]!.GetValue<string>() == status);
        return Find(state);

        JsonNode Find(JsonObject s) => s["tasks"]![_ids[call]]!;
    }

    protected static string History(JsonNode task) => string.Join(' ', task["history"]!.AsArray().Select(h => h!.GetValue<string>()));

    /// <summary>What hosts said.</summary>
    protected sealed class Said : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
            {
                _lines.Add(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
