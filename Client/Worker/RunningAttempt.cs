using System.Text.Json;
using Muster.Client.Transport;

namespace Muster.Client.Worker;

/// <summary>An attempt that this worker holds, from its assignment until its end is answered.</summary>
internal sealed class RunningAttempt : IDisposable
{
    /// <summary>How often an attempt without a lease asks whether it is still wanted.</summary>
    private static readonly TimeSpan BeatWithoutLease = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _cancelled = new();
    private readonly ITimer? _silence;
    private List<TaskCompletionSource> _checkpointWaiters = [];
    private List<TaskCompletionSource> _checkpointSent = [];
    private JsonElement? _checkpoint;
    private int _holders = 2;
    private bool _endClaimed;
    private long _answered;

    public RunningAttempt(Assignment assignment, string nameSpace, TimeProvider clock, AttemptReport report)
    {
        Assignment = assignment;
        Key = new AttemptKey(assignment.Namespace ?? nameSpace, assignment.Id, assignment.Attempt);
        Lease = assignment.Lease ?? TimeSpan.Zero;
        Report = report;
        Cancelled = _cancelled.Token;
        _clock = clock;
        NextBeat = clock.GetTimestamp() + Ticks(BeatEvery);
        if (Lease > TimeSpan.Zero)
        {
            _silence = clock.CreateTimer(static attempt => ((RunningAttempt)attempt!).Stop(AttemptFate.Silence), this, Lease, Timeout.InfiniteTimeSpan);
        }
    }

    public Assignment Assignment { get; }

    public AttemptKey Key { get; }

    public TimeSpan Lease { get; }

    /// <summary>A third of the lease, so that two heartbeats may get lost.</summary>
    public TimeSpan BeatEvery => Lease > TimeSpan.Zero ? Lease / 3 : BeatWithoutLease;

    public AttemptReport Report { get; }

    public CancellationToken Cancelled { get; }

    /// <summary>The strongest reason to stop so far. An attempt that is over or cancelled is never spoken for again.</summary>
    public AttemptFate Fate { get; private set; }

    /// <summary>When the next heartbeat is due, as a time stamp of the clock. Only the heartbeat loop and a waiting checkpoint change it.</summary>
    public long NextBeat { get; private set; }

    /// <summary>Whether the last answer asked for no more work.</summary>
    public bool Drain { get; private set; }

    /// <summary>Whether the handler is done: what the cluster says now concerns only the delivery of the end.</summary>
    public bool HandlerEnded { get; set; }

    /// <summary>Whether the worker gives the attempt back without waiting for the handler.</summary>
    public bool Abandoned { get; set; }

    /// <summary>Whether heartbeats are sent: not for an attempt that the worker itself has given up, or it would stay leased for ever.</summary>
    public bool Beats => Fate < AttemptFate.Silence && !Abandoned;

    /// <summary>The handler at work.</summary>
    public Task Handler { get; set; } = Task.CompletedTask;

    /// <summary>Decides who ends the attempt, its handler or a stop that no longer waits for it. True for the first only.</summary>
    public bool ClaimEnd() => !Interlocked.Exchange(ref _endClaimed, true);

    public void Stop(AttemptFate fate)
    {
        List<TaskCompletionSource> waiters = [];
        lock (_lock)
        {
            if (fate <= Fate)
            {
                return;
            }

            Fate = fate;
            if (fate >= AttemptFate.Silence)
            {
                waiters = [.. _checkpointWaiters, .. _checkpointSent];
                _checkpointWaiters.Clear();
                _checkpointSent.Clear();
            }

            if (_holders > 0)
            {
                // What the handler has registered runs elsewhere: it must not hold up the loop that brought the news.
                _ = _cancelled.CancelAsync();
            }
        }

        if (fate is AttemptFate.Over)
        {
            Report.Close();
        }

        foreach (var waiter in waiters)
        {
            waiter.TrySetCanceled(Cancelled);
        }
    }

    /// <summary>The cluster took what was sent at a time, which counts as a sign of life.</summary>
    public void Answered(long sentAt, bool cancel, bool drain)
    {
        Drain = drain;
        if (cancel)
        {
            Stop(AttemptFate.Cancelled);
        }

        // Answers may overtake each other; the lease counts from the last request that was answered.
        _answered = Math.Max(_answered, sentAt);
        var left = Lease - _clock.GetElapsedTime(_answered);
        _silence?.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public Task CheckpointAsync(JsonElement checkpoint)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (Fate >= AttemptFate.Silence)
            {
                return Task.FromCanceled(Cancelled);
            }

            _checkpoint = checkpoint;
            _checkpointWaiters.Add(waiter);
            NextBeat = _clock.GetTimestamp();
        }

        return waiter.Task;
    }

    public AttemptItem TakeBeat(long now)
    {
        lock (_lock)
        {
            NextBeat = now + Ticks(BeatEvery);
            _checkpointSent.AddRange(_checkpointWaiters);
            _checkpointWaiters.Clear();
            return Item() with { Checkpoint = _checkpoint };
        }
    }

    /// <summary>A heartbeat was taken; the checkpoint that went with it is durable.</summary>
    public void BeatTaken()
    {
        List<TaskCompletionSource> done;
        lock (_lock)
        {
            done = _checkpointSent;
            _checkpointSent = [];
            _checkpoint = _checkpointWaiters.Count == 0 ? null : _checkpoint;
        }

        foreach (var waiter in done)
        {
            waiter.TrySetResult();
        }
    }

    /// <summary>A heartbeat was not taken and is due again after a delay, with its checkpoint.</summary>
    public void BeatMissed(TimeSpan delay)
    {
        lock (_lock)
        {
            NextBeat = _clock.GetTimestamp() + Ticks(delay < BeatEvery ? delay : BeatEvery);
        }
    }

    /// <summary>The checkpoint is refused for good. Returns false when there was none to blame.</summary>
    public bool CheckpointRefused(MusterException why)
    {
        List<TaskCompletionSource> refused;
        lock (_lock)
        {
            refused = _checkpointSent;
            _checkpointSent = [];
            _checkpoint = _checkpointWaiters.Count == 0 ? null : _checkpoint;
        }

        foreach (var waiter in refused)
        {
            waiter.TrySetException(why);
        }

        return refused.Count > 0;
    }

    public AttemptItem Item() => new() { Namespace = Key.Namespace, Id = Key.Id, Attempt = Key.Attempt };

    /// <summary>Called once by the handler's side and once by the table's; the second call frees what the attempt holds.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (--_holders == 0)
            {
                _silence?.Dispose();
                _cancelled.Dispose();
            }
        }
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _clock.TimestampFrequency);
}
