namespace Muster.Client.Worker;

/// <summary>Wakes one loop. What is raised while nobody waits wakes the next wait at once.</summary>
internal sealed class Signal(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiting;
    private bool _raised;

    public void Raise()
    {
        lock (_lock)
        {
            if (_waiting is { } waiting)
            {
                _waiting = null;
                waiting.SetResult();
            }
            else
            {
                _raised = true;
            }
        }
    }

    /// <summary>Waits until it is raised or the time is over.</summary>
    public async Task WaitAsync(TimeSpan limit, CancellationToken cancel)
    {
        Task raised;
        lock (_lock)
        {
            if (_raised)
            {
                _raised = false;
                return;
            }

            _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            raised = _waiting.Task;
        }

        try
        {
            await raised.WaitAsync(limit, clock, cancel);
        }
        catch (TimeoutException)
        {
            // The caller looks at its state after every wait, so a raise that comes just now is not lost with the waiter.
        }
        finally
        {
            lock (_lock)
            {
                _waiting = null;
            }
        }
    }
}
