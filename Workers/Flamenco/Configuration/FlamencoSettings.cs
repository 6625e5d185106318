namespace Muster.Workers.Flamenco.Configuration;

/// <summary>What the configuration files say; the initial values are the built-in defaults.</summary>
internal sealed record FlamencoSettings
{
    /// <summary>Where the manager is. Its path is not used: a manager serves at the root.</summary>
    public Uri Manager { get; init; } = new("http://flamenco-manager/");

    public string WorkerId { get; init; } = "";

    public string WorkerSecret { get; init; } = "";

    /// <summary>The key of the first versions; null when it is not set.</summary>
    public IReadOnlyList<string>? JobTypes { get; init; }

    /// <summary>The key of the later versions; null when it is not set.</summary>
    public IReadOnlyList<string>? TaskTypes { get; init; }

    public string QueueFile { get; init; } = "flamenco-worker.db";

    public string RegistrationSecret { get; init; } = "";

    public string PidFile { get; init; } = "flamenco-worker-subprocess.pid";

    public TimeSpan MayIRunInterval { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan PushLogInterval { get; init; } = TimeSpan.FromSeconds(30);

    public int PushLogEntries { get; init; } = 1000;

    public TimeSpan PushActivityInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long each call to the manager may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>When the manager had no task, how long until it is asked again.</summary>
    public TimeSpan FetchWhenEmpty { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When the manager could not be asked, how long until it is asked again.</summary>
    public TimeSpan FetchWhenFailed { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after the end of a task the next is asked for.</summary>
    public TimeSpan FetchAfterTask { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long until an update is sent again.</summary>
    public TimeSpan QueueRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait between two tries to register or to sign on.</summary>
    public TimeSpan RegisterRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a sleeping worker asks whether it is to wake up.</summary>
    public TimeSpan SleepPoll { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a worker whose check failed waits before it is awake again.</summary>
    public TimeSpan ErrorWait { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>At most one message about files that were produced in this time.</summary>
    public TimeSpan OutputInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a subprocess may take to end when it is asked to, before it is killed.</summary>
    public TimeSpan KillAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Paths that have to be readable before a task is asked for.</summary>
    public IReadOnlyList<string> CheckRead { get; init; } = [];

    /// <summary>Paths that have to be writable before a task is asked for.</summary>
    public IReadOnlyList<string> CheckWrite { get; init; } = [];

    /// <summary>What the worker says it can do.</summary>
    public IReadOnlyList<string> Types => TaskTypes ?? JobTypes ?? ["sleep", "blender-render", "file-management", "exr-merge", "video-encoding"];
}
