using Muster.Persistence.Journal;

namespace Muster.Tests.Store.Faults;

/// <summary>Fails before or after the real write, as it is told; the writer cannot know which.</summary>
public sealed class FaultyTarget(IBatchTarget inner) : IBatchTarget
{
    private int _failures;

    /// <summary>What happens to a batch.</summary>
    public enum Fault
    {
        /// <summary>It is written and the writer hears of it.</summary>
        None,

        /// <summary>It is not written and the writer does not know.</summary>
        Before,

        /// <summary>It is written and the writer does not know.</summary>
        After,

        /// <summary>Something nobody thought of.</summary>
        Bug,
    }

    /// <summary>Decides about each write.</summary>
    public Func<IReadOnlyList<StoreWork>, Fault> OnWrite { get; set; } = _ => Fault.None;

    /// <summary>Decides whether the store answers the question what stands in it.</summary>
    public Func<bool> OnFind { get; set; } = () => true;

    /// <summary>How often it failed.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <inheritdoc />
    public void Write(IReadOnlyList<StoreWork> batch, Exception?[] outcomes)
    {
        var fault = OnWrite(batch);
        if (fault != Fault.None)
        {
            Interlocked.Increment(ref _failures);
        }

        if (fault is Fault.None or Fault.After)
        {
            inner.Write(batch, outcomes);
        }

        switch (fault)
        {
            case Fault.Before or Fault.After:
                throw new StoreUnavailableException("The line went dead.");
            case Fault.Bug:
                throw new InvalidOperationException("Nobody thought of this.");
        }
    }

    /// <inheritdoc />
    public bool[] Find(IReadOnlyList<StoreWork> batch) => OnFind() ? inner.Find(batch) : throw new StoreUnavailableException("The line is still dead.");
}
