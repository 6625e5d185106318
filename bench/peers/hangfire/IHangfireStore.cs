using Hangfire;

namespace Muster.Bench.Peers.Hangfire;

/// <summary>Where Hangfire keeps its jobs, and how to look there past Hangfire.</summary>
internal interface IHangfireStore
{
    /// <summary>What the measurement calls it.</summary>
    string Name { get; }

    JobStorage Storage { get; }

    /// <summary>Asks the store how many of the submitted jobs have not succeeded.</summary>
    Task<long> UnfinishedAsync(int submitted);
}
