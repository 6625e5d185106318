using Muster.Client;
using Muster.Client.Testing;
using Muster.Client.Worker;
using Muster.Tests.Support;

namespace Muster.Tests.Cluster.Client;

/// <summary>A test with the client library against a cluster that its class shares; the queue is its own, and nobody serves it unless the test starts a worker.</summary>
public abstract class TestClusterTest(TestClusterFixture fixture)
{
    /// <summary>The cluster.</summary>
    protected TestCluster Cluster => fixture.Cluster;

    /// <summary>A client in the default namespace.</summary>
    protected MusterClient Client => fixture.Client;

    /// <summary>A queue that no other test uses.</summary>
    protected string Queue { get; } = Fresh("q");

    /// <summary>A name that nobody has used.</summary>
    protected static string Fresh(string what) => $"{what}-{Guid.NewGuid():N}"[..(what.Length + 13)];

    /// <summary>Something for the queue of the test.</summary>
    protected Submission In(string func = "f") => new() { Func = func, Queue = Queue };

    /// <summary>Something with an input for the queue of the test.</summary>
    protected Submission In<T>(string func, T input) => Submission.Of(func, input) with { Queue = Queue };

    /// <summary>Starts a program with a worker of the queue of the test; the worker stops quickly.</summary>
    protected Task<WorkerHost> WorkAsync(Action<MusterWorkerBuilder> handlers, Action<MusterWorkerOptions>? more = null) =>
        WorkerHost.StartAsync(Cluster.BaseAddress, handlers, options =>
        {
            options.Queues = [Queue];
            options.StopGrace = TimeSpan.Zero;
            more?.Invoke(options);
        });

    /// <summary>Waits until a process is as it should be.</summary>
    protected Task<ProcessSnapshot> SeeAsync(string id, Func<ProcessSnapshot, bool> good) => Eventually.SeeAsync(() => Client.GetAsync(id), good);

    /// <summary>Waits until a process is in a state.</summary>
    protected Task<ProcessSnapshot> UntilAsync(string id, ProcessStatus status) => SeeAsync(id, p => p.Status == status);

    /// <summary>Waits until a process is final.</summary>
    protected Task<ProcessSnapshot> EndAsync(string id) => Client.WaitAsync(id, InTime.Limit);

    /// <summary>The names of the transitions of a process.</summary>
    protected async Task<string> StoryAsync(string id) => string.Join(' ', (await Client.HistoryAsync(id)).Select(t => t.Event));
}
