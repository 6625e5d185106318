using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using Akka.Actor;
using Akka.Event;
using Muster.Messages.Processes;

namespace Muster.Runtime.Pool;

/// <summary>One attempt from its assignment until the process has stored its end. Runs off the actor; the pool looks at it ten times a second.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The source of the token has no timer, and whoever holds the token may look at it after the end.")]
internal sealed class RunningAttempt : IRunChannel
{
    private const int CheckpointLimit = 64 * 1024;

    /// <summary>The last log lines may take this long before the end is told without them.</summary>
    private static readonly TimeSpan LogGrace = TimeSpan.FromSeconds(30);

    /// <summary>Without a lease this is how often the pool asks whether the attempt is still wanted.</summary>
    private static readonly TimeSpan AskWithoutLease = TimeSpan.FromSeconds(20);

    /// <summary>After max exec the process is asked at once, and then this often, until it says that the attempt is over.</summary>
    private static readonly TimeSpan AskAfterMaxExec = TimeSpan.FromMilliseconds(500);

    /// <summary>The process counts from the moment it assigned, a little earlier than the pool; being asked too early costs it a question more.</summary>
    private static readonly TimeSpan MaxExecMargin = TimeSpan.FromMilliseconds(50);

    /// <summary>An adopted attempt has written lines that its pool does not know; notes of lines that were left out have taken numbers beside those.</summary>
    private const int NumbersOfNotes = 10_000;

    /// <summary>Two may be lost while a shard moves; more would only pile up.</summary>
    private const int HeartbeatsUnderWay = 3;

    private readonly ProcessSignal.Assignment _assignment;
    private readonly PoolSetup _setup;
    private readonly IActorRef _pool;
    private readonly ILoggingAdapter _log;
    private readonly CancellationToken _poolGone;
    private readonly AttemptLine _line;
    private readonly AttemptFolder _folder;
    private readonly long? _adoptedLines;

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _sync = new();
    private LogShipper? _logLines;
    private string? _stopReason;
    private volatile bool _over;
    private bool _workDone;
    private long _answeredAt;
    private long _askAt;
    private long _execAskAt = long.MaxValue;
    private int _beating;
    private (double? Fraction, string? Message)? _progress;
    private bool _tellingProgress;

    public RunningAttempt(ProcessSignal.Assignment assignment, PoolSetup setup, IActorRef pool, ILoggingAdapter log, CancellationToken poolGone, long? adoptedLines = null)
    {
        _assignment = assignment;
        _adoptedLines = adoptedLines;
        _setup = setup;
        _pool = pool;
        _log = log;
        _poolGone = poolGone;
        _line = new AttemptLine(Id, setup.Capability.Executor, setup.Gate, setup.Clock, poolGone);
        _folder = setup.Work.For(assignment.Process, assignment.Attempt);
        _answeredAt = setup.Clock.GetTimestamp();
        _askAt = adoptedLines is null ? After(_answeredAt, AskEvery) : _answeredAt;
        if (assignment is { ExecUntil: not null, Spec.Limits.MaxExec: { } exec })
        {
            _execAskAt = After(_answeredAt, exec + MaxExecMargin);
        }
    }

    private AttemptRef Id => new(_assignment.Process, _assignment.Attempt);

    private TimeSpan Lease => _assignment.LeaseUntil is null ? TimeSpan.Zero : _assignment.Spec.Limits.Lease;

    private TimeSpan AskEvery => Lease > TimeSpan.Zero ? Lease / 3 : AskWithoutLease;

    /// <summary>Starts the work.</summary>
    public void Start() => _ = RunAsync();

    /// <summary>Gives the attempt back without starting it.</summary>
    public void GiveBack(string reason)
    {
        _workDone = true;
        _ = EndAsync(_line.Release(reason));
    }

    /// <summary>Stops the work; its attempt is given back unless it finishes all the same.</summary>
    public void Stop(string reason)
    {
        lock (_sync)
        {
            if (_workDone)
            {
                return;
            }

            _stopReason ??= reason;
        }

        // Not on this thread: what a handler does on cancellation is its own affair.
        _ = _stop.CancelAsync();
    }

    /// <summary>Sends what is due. Called by the pool ten times a second.</summary>
    public void Look()
    {
        if (_over)
        {
            return;
        }

        var now = _setup.Clock.GetTimestamp();
        Volatile.Read(ref _logLines)?.Look();
        TellProgress();
        if (Lease > TimeSpan.Zero && _setup.Clock.GetElapsedTime(Interlocked.Read(ref _answeredAt), now) > Lease)
        {
            Stop("Its heartbeats were not answered for a whole lease.");
        }

        if (now >= _execAskAt)
        {
            _execAskAt = After(now, AskAfterMaxExec);
            Ask(now);
        }
        else if (now >= _askAt)
        {
            Ask(now);
        }
    }

    public void Log(string text, string stream)
    {
        if (!_over)
        {
            LogLines().Add(text, stream);
        }
    }

    public ValueTask WhenRoomAsync(CancellationToken cancelled) => Volatile.Read(ref _logLines)?.WhenRoomAsync(cancelled) ?? ValueTask.CompletedTask;

    public void Progress(double? fraction, string? message)
    {
        double? share = fraction is { } f && !double.IsNaN(f) ? Math.Clamp(f, 0, 1) : null;
        lock (_sync)
        {
            _progress = (share ?? _progress?.Fraction, message ?? _progress?.Message);
        }
    }

    public async Task CheckpointAsync(JsonElement checkpoint)
    {
        var kept = checkpoint.Clone();
        if (JsonMarshal.GetRawUtf8Value(kept).Length > CheckpointLimit)
        {
            throw new ArgumentException($"A checkpoint may have {CheckpointLimit} bytes of JSON; store more in a file and keep its name here.", nameof(checkpoint));
        }

        var sentAt = _setup.Clock.GetTimestamp();
        var reply = await _line.SendAsync(_line.Checkpoint(kept), () => _over).ConfigureAwait(false);
        Answered(reply, sentAt);
        if (reply is not ProcessReply.Done { Cancel: false })
        {
            throw new OperationCanceledException("The attempt is over.", _stop.Token);
        }
    }

    private async Task RunAsync()
    {
        RunOutcome outcome;
        try
        {
            outcome = await _setup.Runtime.RunAsync(RunRequest.Of(_assignment, _folder, _adoptedLines is not null), this, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _log.Error(e, "The runtime {Runtime} failed on attempt {Attempt} of process {ProcessId}", _setup.Runtime.Name, Id.Attempt, Id.Process);
            outcome = new RunOutcome.Failed($"The runtime failed: {e.Message}", Retryable: true);
        }

        ProcessCommand.OfAttempt? end;
        lock (_sync)
        {
            _workDone = true;
            end = _over ? null : _line.End(outcome, _stopReason);
        }

        _pool.Tell(WorkDone.Instance);
        await EndAsync(end).ConfigureAwait(false);
    }

    private async Task EndAsync(ProcessCommand.OfAttempt? end)
    {
        try
        {
            if (end is not null)
            {
                await TellEndAsync(end).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_poolGone.IsCancellationRequested)
        {
            // Nobody is left to tell; the lease brings the process back.
        }

        _over = true;
        _logLines?.Close();
        (_setup.Runtime as IHearsEnds)?.Ended(Id.Process, Id.Attempt);
        if (!_folder.Remove())
        {
            _log.Warning("The folder of attempt {Attempt} of process {ProcessId} could not be removed wholly", Id.Attempt, Id.Process);
        }

        _pool.Tell(new Over(Id));
    }

    private async Task TellEndAsync(ProcessCommand.OfAttempt end)
    {
        if (_logLines is not null && await _logLines.EndAsync(LogGrace).ConfigureAwait(false) is > 0 and var left)
        {
            _log.Warning("{Lines} log lines of attempt {Attempt} of process {ProcessId} could not be stored", left, Id.Attempt, Id.Process);
        }

        TellProgress();
        if (await _line.SendAsync(end).ConfigureAwait(false) is ProcessReply.Refused refused)
        {
            _log.Info("The end of attempt {Attempt} of process {ProcessId} ({End}) was refused: {Reason}", Id.Attempt, Id.Process, end.GetType().Name, refused.Message);
        }
    }

    private void Ask(long now)
    {
        _askAt = After(now, AskEvery);
        if (Interlocked.Increment(ref _beating) > HeartbeatsUnderWay)
        {
            Interlocked.Decrement(ref _beating);
            return;
        }

        _ = HeartbeatAsync();

        async Task HeartbeatAsync()
        {
            await TellAsync(_line.Heartbeat()).ConfigureAwait(false);
            Interlocked.Decrement(ref _beating);
        }
    }

    private void TellProgress()
    {
        (double? Fraction, string? Message) progress;
        lock (_sync)
        {
            if (_tellingProgress || _progress is not { } latest)
            {
                return;
            }

            progress = latest;
            _progress = null;
            _tellingProgress = true;
        }

        _ = ProgressAsync();

        async Task ProgressAsync()
        {
            await TellAsync(_line.Progress(progress.Fraction, progress.Message)).ConfigureAwait(false);
            lock (_sync)
            {
                _tellingProgress = false;
            }
        }
    }

    private async Task TellAsync(ProcessCommand.OfAttempt command)
    {
        try
        {
            var sentAt = _setup.Clock.GetTimestamp();
            Answered(await _line.AskAsync(command).ConfigureAwait(false), sentAt);
        }
        catch (OperationCanceledException)
        {
            // The pool is gone.
        }
    }

    // Any answer but "later" extends the lease from the moment of asking, or says that the attempt is over.
    private void Answered(ProcessReply reply, long sentAt)
    {
        switch (reply)
        {
            case ProcessReply.Done { Cancel: true }:
                EndedByProcess("The process was cancelled.");
                break;
            case ProcessReply.Done:
                lock (_sync)
                {
                    _answeredAt = Math.Max(_answeredAt, sentAt);
                }

                break;
            case ProcessReply.Refused refused when !AttemptLine.IsForLater(reply):
                EndedByProcess(refused.Message);
                break;
        }
    }

    private void EndedByProcess(string reason)
    {
        lock (_sync)
        {
            // While its own end is being told, the answer to that counts.
            if (_workDone || _over)
            {
                return;
            }

            _over = true;
        }

        _log.Info("Attempt {Attempt} of process {ProcessId} is stopped: {Reason}", Id.Attempt, Id.Process, reason);
        _ = _stop.CancelAsync();
    }

    private LogShipper LogLines()
    {
        if (Volatile.Read(ref _logLines) is { } known)
        {
            return known;
        }

        lock (_sync)
        {
            return _logLines ??= new LogShipper(SendLinesAsync, _setup.Clock, _adoptedLines is { } lines ? lines + NumbersOfNotes : 0);
        }
    }

    private async Task<bool> SendLinesAsync(System.Collections.Immutable.ImmutableArray<LogLine> lines)
    {
        try
        {
            var sentAt = _setup.Clock.GetTimestamp();
            var reply = await _line.SendAsync(_line.Log(lines), () => _over).ConfigureAwait(false);
            Answered(reply, sentAt);
            return reply is ProcessReply.Done { Cancel: false };
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private long After(long from, TimeSpan time) => from + (long)(time.TotalSeconds * _setup.Clock.TimestampFrequency);

    /// <summary>Tells the pool that the work of an attempt is done, so that its slot is free.</summary>
    public sealed class WorkDone : INoSerializationVerificationNeeded
    {
        /// <summary>The one value.</summary>
        public static readonly WorkDone Instance = new();
    }

    /// <summary>Tells the pool that the end of an attempt is stored, or that the process knows better.</summary>
    /// <param name="Attempt">The attempt.</param>
    public sealed record Over(AttemptRef Attempt) : INoSerializationVerificationNeeded;
}
