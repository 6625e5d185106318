namespace Muster.Gateway;

/// <summary>Whether this gateway is stopping: long polls end, and workers are told to ask elsewhere.</summary>
public sealed class DrainState : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Ends when the gateway begins to stop.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Whether it has begun.</summary>
    public bool IsDraining => _stopping.IsCancellationRequested;

    /// <summary>Begins.</summary>
    public void Begin() => _stopping.Cancel();

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();
}
