using Muster.Workers.Shared;

namespace Muster.Workers.Conductor;

/// <summary>How a host works.</summary>
public sealed record WorkerHostOptions
{
    /// <summary>Where the server is; <c>/api</c> is added when it is missing. Default: the environment variable CONDUCTOR_SERVER_URL, else http://localhost:8080.</summary>
    public Uri ServerUrl { get; init; } = new(Environment.GetEnvironmentVariable("CONDUCTOR_SERVER_URL") is { Length: > 0 } url ? url : "http://localhost:8080");

    /// <summary>The address of the API as it is, instead of <see cref="ServerUrl"/>; default null.</summary>
    public Uri? ServerApiUrl { get; init; }

    /// <summary>What workers share; default nothing.</summary>
    public WorkerIsolation Isolation { get; init; } = WorkerIsolation.Process;

    /// <summary>The configuration file. Default: worker.ini beside the program, else in the working folder; none is fine.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>Whether a variable may also have the name of the task in capitals: CONDUCTOR_WORKER_MY_TASK_DOMAIN for my_task; default no, as names of tasks differ by case.</summary>
    public bool UpperCaseTaskNames { get; init; }

    /// <summary>How long tasks may go on when the host stops, before they are cancelled and given back; default 30 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long each call may take; default 45 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>The waits between polls that fail; default 1 s to 60 s, half of it left to chance.</summary>
    public Backoff PollBackoff { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)) { Jitter = 0.5 };

    /// <summary>The waits between tries to send a result; default 1 s to 30 s. It is tried until it is answered.</summary>
    public Backoff ResultBackoff { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)) { Jitter = 0.2 };

    /// <summary>The waits before a process that died is started again; default 1 s to 60 s.</summary>
    public Backoff RestartBackoff { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

    /// <summary>Where results are kept that could not be sent until the host had to end; they are sent at the next start. Default: conductor-unsent.ndjson in the working folder, made only when needed. Null for nowhere.</summary>
    public string? UnsentFile { get; init; } = "conductor-unsent.ndjson";

    /// <summary>A file in the text format of Prometheus; default null for none.</summary>
    public string? MetricsFile { get; init; }

    /// <summary>How often the file is written; default 1 s.</summary>
    public TimeSpan MetricsInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time; default the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    internal Uri Api => ServerApiUrl is { } given
        ? new Uri(given.AbsoluteUri.TrimEnd('/') + "/")
        : new Uri(ServerUrl.AbsoluteUri.TrimEnd('/') is var url && url.EndsWith("/api", StringComparison.Ordinal) ? url + "/" : url + "/api/");
}
