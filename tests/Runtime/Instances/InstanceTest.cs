using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Runtime;
using Muster.Runtime.Instances;
using Xunit;

namespace Muster.Tests.Runtime.Instances;

/// <summary>Real instances in a folder of the test.</summary>
[SupportedOSPlatform("linux")]
public abstract class InstanceTest : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muster-test-").FullName;
    private readonly WorkRoot _work = new(Path.GetTempPath());
    private readonly List<InstanceHost> _hosts = [];

    internal FakePools Pools { get; } = new();

    internal ConcurrentQueue<InstanceStatus> Changes { get; } = new();

    internal string Folder => Path.Combine(_folder, "instances");

    internal InstanceHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await HostAsync();

    public async Task DisposeAsync()
    {
        await Task.WhenAll(Host.Instances.Select(i => Host.StopAsync(i.Spec.Instance, TimeSpan.Zero)));
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        _work.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    internal virtual InstanceHostOptions Options() => new()
    {
        Folder = Folder,
        LookEvery = TimeSpan.FromMilliseconds(20),
        EndWithin = TimeSpan.FromSeconds(5),
    };

    /// <summary>A host of the folder; the one before has to have let go.</summary>
    internal async Task<InstanceHost> HostAsync()
    {
        Host = new InstanceHost(Options(), Pools, Changes.Enqueue, TimeProvider.System);
        _hosts.Add(Host);
        await Host.AdoptAsync();
        return Host;
    }

    internal async Task RestartHostAsync()
    {
        await Host.DisposeAsync();
        Pools.Begun.Clear();
        await HostAsync();
    }

    internal static InstanceSpec Python(string code, string id = "p-1", string entry = "process", int slots = 1) => new()
    {
        Instance = id,
        Deployment = "d",
        Namespace = "default",
        Revision = 1,
        Runtime = InstanceRuntimes.Python,
        Code = Encoding.UTF8.GetBytes(code),
        Entry = entry,
        Queues = ["q"],
        Slots = slots,
        KillAfter = TimeSpan.FromSeconds(1),
    };

    internal static InstanceSpec Shell(string script, string id = "s-1") => new()
    {
        Instance = id,
        Deployment = "d",
        Namespace = "default",
        Revision = 1,
        Protocol = InstanceProtocol.Self,
        Command = ["sh", "-c", script],
        Health = new InstanceHealthCheck { After = TimeSpan.Zero },
        KillAfter = TimeSpan.FromSeconds(1),
    };

    internal static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    /// <summary>Starts an instance and waits until it is ready; gives what runs its attempts.</summary>
    internal async Task<IRuntime> ReadyAsync(InstanceSpec spec)
    {
        await Host.StartAsync(spec);
        return await PulledAsync(spec.Instance);
    }

    internal async Task<IRuntime> PulledAsync(string id)
    {
        await Until.TrueAsync(() => Pools.Begun.ContainsKey(id) || Status(id).State is InstanceState.Exited or InstanceState.Unhealthy, $"{id} is ready");
        return Pools.Begun.TryGetValue(id, out var begun) ? begun.Runtime : throw new InvalidOperationException($"{Status(id).State}: {Status(id).Reason}\n{string.Join('\n', Status(id).LastLines)}");
    }

    internal InstanceStatus Status(string id) => Host.Instances.Single(i => i.Spec.Instance == id);

    internal async Task<InstanceStatus> IsAsync(string id, InstanceState state)
    {
        await Until.TrueAsync(() => Status(id).State == state, $"{id} is {state}");
        return Status(id);
    }

    internal RunRequest Request(string id, string? input = null, int attempt = 1, TimeSpan? lease = null, bool adopted = false) => new()
    {
        Process = new ProcessId("default", id),
        Attempt = attempt,
        Spec = new ProcessSpec { Queue = "q", Func = "f", Input = input is null ? null : Json(input), Limits = new Limits { Lease = lease ?? TimeSpan.FromSeconds(60) } },
        Folder = _work.For(new ProcessId("default", id), attempt),
        Adopted = adopted,
    };

    internal async Task<RunOutcome> RunAsync(IRuntime runtime, string id, string? input = null, FakeChannel? channel = null, CancellationToken cancelled = default) =>
        await runtime.RunAsync(Request(id, input), channel ?? new FakeChannel(), cancelled);

    internal static string ErrorOf(RunOutcome outcome) => ((RunOutcome.Failed)outcome).Error;

    internal static string ResultOf(RunOutcome outcome) => outcome is RunOutcome.Completed { Result: var result } ? result?.GetRawText() ?? "nothing" : throw new InvalidOperationException(outcome.ToString());

    internal static bool IsRunning(int pid) => ProcessStat.Of(pid) is { IsRunning: true };

    internal static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
