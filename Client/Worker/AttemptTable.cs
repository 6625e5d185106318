using System.Collections.Concurrent;

namespace Muster.Client.Worker;

/// <summary>The attempts that this worker holds.</summary>
internal sealed class AttemptTable
{
    private readonly ConcurrentDictionary<AttemptKey, RunningAttempt> _attempts = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource? _empty;
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>All of them, as they are now.</summary>
    public IEnumerable<RunningAttempt> All => _attempts.Select(pair => pair.Value);

    public bool Holds(AttemptKey attempt) => _attempts.ContainsKey(attempt);

    public void Add(RunningAttempt attempt)
    {
        if (_attempts.TryAdd(attempt.Key, attempt))
        {
            Interlocked.Increment(ref _count);
        }
    }

    public void Remove(RunningAttempt attempt)
    {
        if (!_attempts.TryRemove(attempt.Key, out _))
        {
            return;
        }

        attempt.Dispose();
        lock (_lock)
        {
            if (Interlocked.Decrement(ref _count) == 0)
            {
                _empty?.TrySetResult();
                _empty = null;
            }
        }
    }

    /// <summary>Ends when there is none.</summary>
    public Task WhenEmptyAsync()
    {
        lock (_lock)
        {
            return Count == 0 ? Task.CompletedTask : (_empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
