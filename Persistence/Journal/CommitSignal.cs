namespace Muster.Persistence.Journal;

/// <summary>Says that this node has committed events. It costs the writer next to nothing, and says nothing of what other nodes commit.</summary>
public sealed class CommitSignal
{
    private long _count;
    private TaskCompletionSource? _next;

    /// <summary>How often it was raised.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Ends when it has been raised more often than so many times; at once when it has been already.</summary>
    /// <param name="count">What <see cref="Count"/> was before the last look.</param>
    public Task AfterAsync(long count)
    {
        if (Count > count)
        {
            return Task.CompletedTask;
        }

        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var next = Interlocked.CompareExchange(ref _next, mine, null) ?? mine;

        // It may have been raised before anybody could be told.
        return Count > count ? Task.CompletedTask : next.Task;
    }

    /// <summary>Events have been committed. Whoever waits goes on, on another thread.</summary>
    internal void Raise()
    {
        Interlocked.Increment(ref _count);
        Interlocked.Exchange(ref _next, null)?.TrySetResult();
    }
}
