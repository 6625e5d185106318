using Muster.Persistence.Journal;

namespace Muster.Tests.Store.Faults;

/// <summary>Holds the writer before each batch until the gate opens, so that a test decides what comes into one batch.</summary>
public sealed class GatedTarget(IBatchTarget inner) : IBatchTarget, IDisposable
{
    /// <summary>More than any test writes batches.</summary>
    private const int Many = 1_000_000;

    private readonly SemaphoreSlim _passes = new(Many);
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly List<IReadOnlyList<StoreWork>> _batches = [];

    /// <summary>The batches that went through, in order.</summary>
    public IReadOnlyList<IReadOnlyList<StoreWork>> Batches
    {
        get
        {
            lock (_batches)
            {
                return [.. _batches];
            }
        }
    }

    /// <summary>Closes the gate, and ends when the writer stands before it with the batch that the given write starts.</summary>
    public async Task CloseAsync(Func<Task> write)
    {
        while (_passes.Wait(0))
        {
        }

        while (_arrived.Wait(0))
        {
        }

        _ = write();
        await _arrived.WaitAsync();
    }

    /// <summary>Lets one batch through, and ends when the writer stands there with the next one.</summary>
    public async Task PassOneAsync()
    {
        _passes.Release();
        await _arrived.WaitAsync();
    }

    /// <summary>Lets the writer go on.</summary>
    public void OpenGate() => _passes.Release(Many);

    /// <inheritdoc />
    public void Write(IReadOnlyList<StoreWork> batch, Exception?[] outcomes)
    {
        _arrived.Release();
        _passes.Wait();
        lock (_batches)
        {
            _batches.Add([.. batch]);
        }

        inner.Write(batch, outcomes);
    }

    /// <inheritdoc />
    public bool[] Find(IReadOnlyList<StoreWork> batch) => inner.Find(batch);

    /// <inheritdoc />
    public void Dispose()
    {
        _arrived.Dispose();
        _passes.Dispose();
    }
}
