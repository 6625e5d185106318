using System.Globalization;

namespace Muster.Runtime.Instances;

/// <content>How it ends.</content>
internal sealed partial class Instance
{
    private const int FirstSignal = 128;
    private const int Signals = 64;

    /// <summary>What an instance wrote last is on its way to the file when it has ended.</summary>
    private static readonly TimeSpan OutputWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookForOutput = TimeSpan.FromMilliseconds(10);

    /// <summary>Ends it: what runs may finish, then it is asked, then it is ended by force with all that it started.</summary>
    /// <param name="drain">How long what runs may go on.</param>
    public Task StopAsync(TimeSpan drain)
    {
        lock (_sync)
        {
            return _stopping ??= StopOnceAsync(drain);
        }
    }

    private async Task StopOnceAsync(TimeSpan drain)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        lock (_sync)
        {
            if (_ending)
            {
                drain = TimeSpan.Zero;
            }
            else
            {
                _status = _status with { Stopped = true };
                _folder.Write(new InstanceRecord { Spec = _status.Spec, StartedAt = _status.StartedAt, Stopped = true });
                Change(InstanceState.Stopping, null);
            }
        }

        if (_around.Pools is { } pools && _pulling)
        {
            await Task.WhenAny(pools.EndAsync(_status.Spec.Instance, drain), _exited.Task).ConfigureAwait(false);
        }

        if (_line?.TrySend(NodeMessage.Drain()) == true && await ExitsWithinAsync(_around.Options.EndWithin).ConfigureAwait(false))
        {
            return;
        }

        var patience = _status.Spec.Protocol == InstanceProtocol.Self && drain > _status.Spec.KillAfter ? drain : _status.Spec.KillAfter;
        if (_folder.Main is { } main)
        {
            ProcessSession.Terminate(main);
            if (await ExitsWithinAsync(patience).ConfigureAwait(false))
            {
                return;
            }
        }

        await EndAsync(null).ConfigureAwait(false);
    }

    private async Task<bool> ExitsWithinAsync(TimeSpan time)
    {
        try
        {
            await _exited.Task.WaitAsync(time, _around.Clock).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // Ends it by force.
    private Task EndAsync(string? reason)
    {
        lock (_sync)
        {
            _endedFor ??= reason;
        }

        return ExitedAsync(byForce: true);
    }

    private async Task ExitedAsync(bool byForce = false)
    {
        lock (_sync)
        {
            if (_ending)
            {
                return;
            }

            _ending = true;
        }

        if (_folder.Launcher is { } launcher)
        {
            if (!byForce)
            {
                await OutputAsync(launcher).ConfigureAwait(false);
            }

            await ProcessSession.EndAsync(launcher, certain: _seenRunning).ConfigureAwait(false);
        }

        Change(byForce);
        await _over.CancelAsync().ConfigureAwait(false);
        if (_line is not null)
        {
            await _line.DisposeAsync().ConfigureAwait(false);
        }

        if (_around.Pools is { } pools && _pulling)
        {
            await pools.EndAsync(_status.Spec.Instance, TimeSpan.Zero).ConfigureAwait(false);
        }

        ControlGroup.Remove(_around.GroupName(_status.Spec));
        _exited.TrySetResult();
    }

    private void Change(bool byForce)
    {
        var code = byForce ? null : _folder.ExitCode();
        var signal = byForce ? ProcessSession.SigKill : code > FirstSignal && code <= FirstSignal + Signals ? code - FirstSignal : null;
        var reason = _endedFor ?? Reason(code, signal);
        if (ControlGroup.OutOfMemory(_around.GroupName(_status.Spec)) > 0 && signal == ProcessSession.SigKill)
        {
            reason = $"It used more memory than its limit of {_status.Spec.Limits.Memory?.ToString(CultureInfo.InvariantCulture)} bytes and was ended.";
        }

        _work.Gone($"The instance has ended: {reason}");
        lock (_sync)
        {
            _status = _status with
            {
                State = InstanceState.Exited,
                Reason = reason,
                Since = _around.Clock.GetUtcNow(),
                Pid = null,
                ExitCode = signal is null ? code : null,
                Signal = signal,
                LastLines = InstanceLog.Last(_folder, LastLines, LastBytes),
            };
            _around.Changed(_status);
        }
    }

    private string Reason(int? code, int? signal) =>
        _status.Stopped ? "It was stopped."
        : signal is not null ? string.Create(CultureInfo.InvariantCulture, $"It was ended by signal {signal}.")
        : code is not null ? string.Create(CultureInfo.InvariantCulture, $"It ended with exit code {code}.")
        : _folder.Launcher is null ? "The node ended before it was started."
        : "It was ended from outside, with its launcher.";

    private async Task OutputAsync(ProcessMark launcher)
    {
        var start = _around.Clock.GetTimestamp();
        while (ProcessSession.IsAlive(launcher.Id) && _around.Clock.GetElapsedTime(start) < OutputWithin)
        {
            await Task.Delay(LookForOutput, _around.Clock).ConfigureAwait(false);
        }
    }
}
