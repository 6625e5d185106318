namespace Muster.Workers.Flamenco.Updates;

/// <summary>Wakes all who wait. Take <see cref="Next"/>, look whether there is something to wait for, and only then await it: so nothing is missed.</summary>
internal sealed class Signal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Next => Volatile.Read(ref _next).Task;

    public void Set() => Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
