namespace Muster.Workers.Conductor.Worker;

/// <summary>A worker that is a class: it has a state and a polling interval of its own.</summary>
internal sealed class CountdownWorker() : ConductorWorker("sample_countdown")
{
    private int _left = 1_000;

    public override TimeSpan? PollingInterval => TimeSpan.FromMilliseconds(50);

    public override Task<object?> ExecuteAsync(ConductorTask task, CancellationToken cancelled) =>
        Task.FromResult<object?>(Interlocked.Decrement(ref _left) is > 0 and var left ? new { left } : throw new InvalidOperationException("The countdown is over."));
}
