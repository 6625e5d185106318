using Hangfire;

namespace Muster.Bench.Peers.Hangfire;

/// <summary>The job: it notes that it ran, and its small result is stored.</summary>
public sealed class Work
{
    private readonly Ledger _ledger;

    private Work(Ledger ledger) => _ledger = ledger;

    /// <summary>Runs one job.</summary>
    public string Run(int id, string payload)
    {
        _ledger.Started(id);
        return $"done {id}";
    }

    /// <summary>Gives the jobs the ledger.</summary>
    internal sealed class Activator(Ledger ledger) : JobActivator
    {
        public override object ActivateJob(Type jobType) => new Work(ledger);
    }
}
