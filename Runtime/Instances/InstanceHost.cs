using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Threading.Channels;

namespace Muster.Runtime.Instances;

/// <summary>The instances of this node: starts and stops them, finds again those of an earlier life, and says what becomes of each. It starts none again by itself.</summary>
[SupportedOSPlatform("linux")]
internal sealed class InstanceHost : IAsyncDisposable
{
    private const int LogBytes = 1024 * 1024;

    /// <summary>A launcher that was started just before the node ended has not noted itself yet.</summary>
    private static readonly TimeSpan LauncherWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookForLauncher = TimeSpan.FromMilliseconds(20);

    private readonly InstanceSurroundings _around;
    private readonly ConcurrentDictionary<string, Instance> _instances = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);
    private readonly Channel<InstanceStatus> _changes = Channel.CreateUnbounded<InstanceStatus>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly FileStream _lock;
    private readonly Task _telling;
    private Task _looking = Task.CompletedTask;
    private int _disposed;

    /// <summary>Takes the folder.</summary>
    /// <param name="options">How instances are run.</param>
    /// <param name="pools">What pulls processes for them; null when nothing does.</param>
    /// <param name="listener">Hears every change of a status, one after the other and in order.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="IOException">The folder cannot be used, or another host uses it.</exception>
    public InstanceHost(InstanceHostOptions options, IInstancePools? pools, Action<InstanceStatus> listener, TimeProvider clock)
    {
        _around = new InstanceSurroundings(options, pools, status => _changes.Writer.TryWrite(status), clock);
        Directory.CreateDirectory(options.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // The system gives the lock up when this program ends, however it ends.
        _lock = new FileStream(Path.Combine(options.Folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        _telling = TellAsync(listener);
    }

    /// <summary>All that this node has, also those that have ended and are not removed.</summary>
    public ImmutableArray<InstanceStatus> Instances => [.. _instances.Values.Select(i => i.Status)];

    /// <summary>Finds what an earlier life of the node left: what runs goes on, what has ended is known as such. Called once, before anything else.</summary>
    public async Task<ImmutableArray<InstanceStatus>> AdoptAsync()
    {
        await Task.WhenAll(Directory.EnumerateDirectories(_around.Options.Folder).Select(AdoptAsync)).ConfigureAwait(false);
        _looking = LookAsync();
        return Instances;
    }

    /// <summary>Starts an instance. When it runs already in this revision, it is left as it is; one that has ended is started again.</summary>
    /// <param name="spec">What to start.</param>
    /// <returns>Its status: starting, or exited with the reason when it could not be started.</returns>
    /// <exception cref="ArgumentException">The spec is wrong; the message names everything that is.</exception>
    /// <exception cref="InvalidOperationException">It runs in another revision, which has to be stopped first.</exception>
    public async Task<InstanceStatus> StartAsync(InstanceSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (string.Join(' ', spec.Problems()) is { Length: > 0 } problems)
        {
            throw new ArgumentException(problems, nameof(spec));
        }

        using var turn = await TurnAsync(spec.Instance).ConfigureAwait(false);
        if (_instances.TryGetValue(spec.Instance, out var known) && !known.Exited.IsCompleted)
        {
            return known.Status.Spec.Revision == spec.Revision && known.Status.Spec.Deployment == spec.Deployment && !known.Status.Stopped
                ? known.Status
                : throw new InvalidOperationException($"The instance '{spec.Instance}' still runs revision {known.Status.Spec.Revision} of '{known.Status.Spec.Deployment}'. Stop it first.");
        }

        var instance = await Instance.StartAsync(_around, FolderOf(spec.Instance), spec).ConfigureAwait(false);
        _instances[spec.Instance] = instance;
        return instance.Status;
    }

    /// <summary>Stops an instance: it pulls no more, what runs may finish, then it is asked to end, then ended with all that it started. Ends when it has ended.</summary>
    /// <param name="instance">Its id; one that is not known has ended already.</param>
    /// <param name="drain">How long what runs may go on.</param>
    public async Task StopAsync(string instance, TimeSpan drain)
    {
        if (_instances.TryGetValue(instance, out var known))
        {
            await known.StopAsync(drain).ConfigureAwait(false);
            await known.Exited.ConfigureAwait(false);
        }
    }

    /// <summary>Removes what is left of an instance that has ended: its folder with its output.</summary>
    /// <param name="instance">Its id; one that is not known is removed already.</param>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    public async Task RemoveAsync(string instance)
    {
        using var turn = await TurnAsync(instance).ConfigureAwait(false);
        if (_instances.TryGetValue(instance, out var known))
        {
            if (!known.Exited.IsCompleted)
            {
                throw new InvalidOperationException($"The instance '{instance}' still runs. Stop it first.");
            }

            FolderOf(instance).Remove();
            _instances.TryRemove(instance, out _);
        }
    }

    /// <summary>The last lines of the output of an instance, oldest first; at most 1 MiB.</summary>
    /// <param name="instance">Its id.</param>
    /// <param name="lines">How many.</param>
    public ImmutableArray<string> Log(string instance, int lines) => _instances.ContainsKey(instance) ? InstanceLog.Last(FolderOf(instance), lines, LogBytes) : [];

    /// <summary>Lets go of all instances: they go on, and the next host of this folder finds them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(false);
        foreach (var instance in _instances.Values)
        {
            await instance.LetGoAsync().ConfigureAwait(false);
        }

        _changes.Writer.TryComplete();
        await _telling.ConfigureAwait(false);
        await _lock.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private InstanceFolder FolderOf(string instance) => new(Path.Combine(Path.GetFullPath(_around.Options.Folder), instance));

    private async Task AdoptAsync(string path)
    {
        var folder = new InstanceFolder(Path.GetFullPath(path));
        if (folder.Record() is not { } record || record.Spec.Instance != Path.GetFileName(path))
        {
            // Nobody can say any more what it was. Something that runs there would never be stopped.
            if (folder.Launcher is { } unknown)
            {
                await ProcessSession.EndAsync(unknown).ConfigureAwait(false);
            }

            folder.Remove();
            return;
        }

        var start = _around.Clock.GetTimestamp();
        while (folder.Launcher is null && _around.Clock.GetElapsedTime(start) < LauncherWithin)
        {
            await Task.Delay(LookForLauncher, _around.Clock).ConfigureAwait(false);
        }

        _instances[record.Spec.Instance] = Instance.Adopt(_around, folder, record);
    }

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(_around.Options.LookEvery, _around.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                foreach (var instance in _instances.Values)
                {
                    instance.Look();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task TellAsync(Action<InstanceStatus> listener)
    {
        await foreach (var status in _changes.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            listener(status);
        }
    }

    // One thing at a time is done to an instance.
    private async Task<Turn> TurnAsync(string instance)
    {
        var turn = _turns.GetOrAdd(instance, _ => new SemaphoreSlim(1));
        await turn.WaitAsync().ConfigureAwait(false);
        return new Turn(turn);
    }

    private readonly struct Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
