using System.Diagnostics;

namespace Muster.Bench.Peers.Hangfire;

/// <summary>Who was submitted when, and who ran how often: every id is accounted for.</summary>
internal sealed class Ledger(int processes)
{
    private readonly long[] _submittedAt = new long[processes];
    private readonly long[] _startedAt = new long[processes];
    private readonly int[] _runs = new int[processes];
    private int _ran;
    private Awaited? _awaited;

    /// <summary>How many ids have run at least once.</summary>
    public int Ran => Volatile.Read(ref _ran);

    /// <summary>Ids that never ran.</summary>
    public IReadOnlyList<int> Lost => [.. Enumerable.Range(0, processes).Where(id => _runs[id] == 0)];

    /// <summary>Ids that ran more than once.</summary>
    public IReadOnlyList<int> Duplicates => [.. Enumerable.Range(0, processes).Where(id => _runs[id] > 1)];

    /// <summary>Completes when so many ids have run at least once. One caller at a time.</summary>
    public Task UntilRan(int count)
    {
        var awaited = new Awaited(count);
        Volatile.Write(ref _awaited, awaited);
        // After it is in place, so that the last handler either sees it or is seen here.
        Interlocked.MemoryBarrier();
        awaited.Look(Ran);
        return awaited.Reached;
    }

    /// <summary>Called right before a submit.</summary>
    public void Submitting(int id) => Volatile.Write(ref _submittedAt[id], Stopwatch.GetTimestamp());

    /// <summary>Called first thing in a handler.</summary>
    public void Started(int id)
    {
        var now = Stopwatch.GetTimestamp();
        if (Interlocked.Increment(ref _runs[id]) == 1)
        {
            _startedAt[id] = now;
            var ran = Interlocked.Increment(ref _ran);
            Volatile.Read(ref _awaited)?.Look(ran);
        }
    }

    /// <summary>Milliseconds from the submit to the start of the handler, of the ids from <paramref name="first"/> on, that a share of them stays within.</summary>
    public double? Wait(double share, int first)
    {
        var waits = Enumerable.Range(first, processes - first).Where(id => _runs[id] > 0)
            .Select(id => Stopwatch.GetElapsedTime(_submittedAt[id], _startedAt[id]).TotalMilliseconds).Order().ToArray();
        return waits.Length == 0 ? null : waits[(int)Math.Ceiling(share * waits.Length) - 1];
    }

    private sealed class Awaited(int count)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Look(int ran)
        {
            if (ran >= count)
            {
                _reached.TrySetResult();
            }
        }
    }
}
