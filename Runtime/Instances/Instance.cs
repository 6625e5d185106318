using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.Versioning;

namespace Muster.Runtime.Instances;

/// <summary>One instance on this node, from its start or from when it was found again, until it has ended.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class Instance : IInstanceLineUser
{
    private const int LastLines = 20;
    private const int LastBytes = 8 * 1024;

    private readonly InstanceSurroundings _around;
    private readonly InstanceFolder _folder;
    private readonly InstanceWork _work;
    private readonly HealthChecker? _checker;
    private readonly Lock _sync = new();
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _over = new();
    private readonly ImmutableArray<string> _notEnforced;
    private readonly bool _adopted;
    private readonly long _seenAt;
    private InstanceLine? _line;
    private ImmutableArray<InstanceMessage.Held> _held = [];
    private InstanceStatus _status;
    private bool _ready;
    private bool _pulling;
    private bool _ending;
    private bool _seenRunning;
    private string? _unready;
    private string? _endedFor;
    private long? _disconnectedAt;
    private long _pingedAt;
    private long _pings;
    private int _pingsOpen;
    private Task? _stopping;

    private Instance(InstanceSurroundings around, InstanceFolder folder, InstanceStatus status, ImmutableArray<string> notEnforced)
    {
        _around = around;
        _folder = folder;
        _status = status;
        _adopted = status.Adopted;
        _notEnforced = notEnforced;
        _seenAt = around.Clock.GetTimestamp();
        _disconnectedAt = _seenAt;
        _pingedAt = _seenAt;
        _work = new InstanceWork(status.Spec, around.Options, line => _line?.TrySend(line) == true, reason => _ = EndAsync(reason), around.Clock);
        if (!status.Spec.Health.IsNone)
        {
            _checker = new HealthChecker(status.Spec, folder, around.Clock);
        }
    }

    /// <summary>What is known of it.</summary>
    public InstanceStatus Status
    {
        get
        {
            lock (_sync)
            {
                return _status;
            }
        }
    }

    /// <summary>Ends when it has ended.</summary>
    public Task Exited => _exited.Task;

    /// <summary>Starts one. One that cannot be started has ended, with the reason.</summary>
    public static async Task<Instance> StartAsync(InstanceSurroundings around, InstanceFolder folder, InstanceSpec spec)
    {
        var now = around.Clock.GetUtcNow();
        folder.Prepare(spec, now);
        var group = ControlGroup.Make(around.GroupName(spec), spec.Limits, out var notEnforced);
        var instance = new Instance(around, folder, new InstanceStatus { Spec = spec, State = InstanceState.Starting, Since = now, StartedAt = now, NotEnforced = [.. notEnforced] }, [.. notEnforced]);
        instance.Listen();
        try
        {
            if (spec.Runtime == InstanceRuntimes.Python)
            {
                Python.PythonCode.Write(folder);
                CodeArchive.Put(spec.Code, folder.Code, InstanceRuntimes.EntryOf(spec.Entry)!.Value.Module + ".py");
            }
            else if (!spec.Code.IsEmpty)
            {
                CodeArchive.Put(spec.Code, folder.Code, "main");
            }

            await InstanceLauncher.StartAsync(folder, spec, group, around.Clock).ConfigureAwait(false);
            instance._seenRunning = true;
            instance.Change(InstanceState.Starting, null);
        }
        catch (InstanceStartException e)
        {
            instance._endedFor = e.Message;
            await instance.ExitedAsync().ConfigureAwait(false);
        }

        return instance;
    }

    /// <summary>Goes on with one that an earlier life of the node started; it may have ended meanwhile.</summary>
    public static Instance Adopt(InstanceSurroundings around, InstanceFolder folder, InstanceRecord record)
    {
        var status = new InstanceStatus { Spec = record.Spec, State = InstanceState.Starting, Since = around.Clock.GetUtcNow(), StartedAt = record.StartedAt, Stopped = record.Stopped, Adopted = true };
        var instance = new Instance(around, folder, status, []);
        if (folder.Launcher?.IsAlive == true)
        {
            instance._seenRunning = true;
            instance.Listen();
            instance.Change(InstanceState.Starting, null);
            if (record.Stopped)
            {
                _ = instance.StopAsync(TimeSpan.Zero);
            }
        }
        else
        {
            _ = instance.ExitedAsync();
        }

        return instance;
    }

    /// <summary>Looks whether it runs and how it is. Called a few times a second.</summary>
    public void Look()
    {
        lock (_sync)
        {
            if (_ending)
            {
                return;
            }
        }

        if (_folder.Launcher?.IsAlive != true)
        {
            _ = ExitedAsync();
            return;
        }

        _checker?.Look();
        lock (_sync)
        {
            var now = _around.Clock.GetTimestamp();
            if (_disconnectedAt is null && _around.Clock.GetElapsedTime(_pingedAt, now) >= _around.Options.PingEvery)
            {
                _pingedAt = now;
                _pingsOpen++;
                _line?.TrySend(NodeMessage.Ping(++_pings));
            }
        }

        Judge();
    }

    /// <summary>Leaves it as it is, for a later life of the node.</summary>
    public async ValueTask LetGoAsync()
    {
        lock (_sync)
        {
            _ending = true;
        }

        await _over.CancelAsync().ConfigureAwait(false);
        if (_line is not null)
        {
            await _line.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public void Heard(InstanceMessage message)
    {
        var begin = false;
        lock (_sync)
        {
            _pingsOpen = 0;
            switch (message)
            {
                case InstanceMessage.Hello m:
                    _disconnectedAt = null;
                    _line!.TrySend(NodeMessage.Configure(_status.Spec, _around.Options));
                    if (!_pulling)
                    {
                        _held = m.HeldAttempts;
                    }

                    _work.Connected(m.HeldAttempts, adopt: !_pulling && _adopted);
                    break;
                case InstanceMessage.Ready:
                    _ready = true;
                    begin = !_pulling && !_ending && _status.State != InstanceState.Stopping;
                    _pulling |= begin;
                    break;
                case InstanceMessage.Unready m when !_ready:
                    _unready = m.Reason;
                    break;
                default:
                    _work.Heard(message);
                    return;
            }
        }

        if (begin)
        {
            _around.Pools?.Begin(_status.Spec, _work, _adopted ? InstanceWork.Adopted(_held, _status.Spec) : []);
        }

        Judge();
    }

    /// <inheritdoc />
    public void Disconnected(string? breach)
    {
        lock (_sync)
        {
            _disconnectedAt = _around.Clock.GetTimestamp();
            _pingsOpen = 0;
        }

        if (breach is not null)
        {
            _ = EndAsync($"It broke the protocol: {breach}");
        }
        else
        {
            Look();
        }
    }

    private void Listen()
    {
        if (_status.Spec.Protocol == InstanceProtocol.Pipe)
        {
            _line = new InstanceLine(_folder.Socket, _around.Options.LineLimit, this);
        }
    }

    private void Judge()
    {
        lock (_sync)
        {
            if (_ending || _status.State is InstanceState.Stopping or InstanceState.Exited)
            {
                return;
            }

            var now = _around.Clock.GetTimestamp();
            var (state, reason) = new InstanceFacts
            {
                Age = _around.Clock.GetElapsedTime(_seenAt, now),
                Ready = _ready,
                Unready = _unready,
                Disconnected = _disconnectedAt is { } since ? _around.Clock.GetElapsedTime(since, now) : null,
                PingsOpen = _pingsOpen,
                Checked = _checker?.Succeeded ?? false,
                ChecksFailed = _checker?.Failed ?? 0,
                CheckProblem = _checker?.Problem,
            }.Judge(_status.Spec, _around.Options);
            if (state != _status.State)
            {
                Change(state, reason);
            }
        }
    }

    // Whoever changes the state says so while nobody else can, so that listeners hear changes in their order.
    private void Change(InstanceState state, string? reason)
    {
        lock (_sync)
        {
            _status = _status with
            {
                State = state,
                Reason = reason,
                Since = _around.Clock.GetUtcNow(),
                Pid = _folder.Main?.Id,
                LastLines = state is InstanceState.Unhealthy ? InstanceLog.Last(_folder, LastLines, LastBytes) : [],
            };
            _around.Changed(_status);
        }
    }
}
