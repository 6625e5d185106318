using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Muster.Gateway.Colonies.Wire;
using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Persistence.Records;

namespace Muster.Gateway.Colonies.Functions;

/// <summary>The statistics of functions: gathered in memory, written once a second. What a lost gateway had gathered in its last second is missing in them.</summary>
/// <param name="store">The store.</param>
internal sealed class FunctionCounters(IStore store) : BackgroundService
{
    /// <summary>The kind of the records of functions; the key is the id, the tag the name of the executor.</summary>
    public const string Kind = "colonies.function";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Run> _runs = new();

    /// <summary>An executor has ended a process well.</summary>
    public void Count(string colony, string executor, string function, TimeSpan waited, TimeSpan ran) => _runs.Enqueue(new Run(colony, executor, function, waited.TotalSeconds, ran.TotalSeconds));

    /// <summary>Writes what was gathered.</summary>
    public async Task WriteAsync(CancellationToken cancel)
    {
        var runs = new List<Run>();
        while (_runs.TryDequeue(out var run))
        {
            runs.Add(run);
        }

        foreach (var of in runs.GroupBy(r => (r.Colony, r.Executor)))
        {
            var records = await store.Records.ListAsync(new RecordFilter(Kind) { Namespace = of.Key.Colony, Tag = of.Key.Executor }, cancel).ConfigureAwait(false);
            foreach (var record in records)
            {
                await AddAsync(record, [.. of], cancel).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await WriteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // Statistics are not worth waiting for.
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                if (!_runs.IsEmpty)
                {
                    await WriteAsync(stoppingToken).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is StoreUnavailableException or JournalWriteException)
            {
                // What was taken out is lost to the statistics, not to anybody's work.
            }
        }
    }

    private async Task AddAsync(RecordRow? record, IReadOnlyList<Run> runs, CancellationToken cancel)
    {
        // Another gateway may write the same function in between.
        while (record is not null)
        {
            var before = ColoniesJson.Of<FunctionWire>(record.Body);
            var after = runs.Where(r => r.Function == before.FuncName).Aggregate(before, Add);
            if (after == before || await store.Records.WriteAsync(
                new RecordChange.Put(Kind, record.Namespace, record.Key, ColoniesJson.Element(after), record.Tag) { Expected = record.Version }).ConfigureAwait(false))
            {
                return;
            }

            record = await store.Records.FindAsync(Kind, record.Namespace, record.Key, cancel).ConfigureAwait(false);
        }
    }

    // The average is the mean of the one before and the new value, as clients know it.
    private static FunctionWire Add(FunctionWire f, Run run) => f with
    {
        Counter = f.Counter + 1,
        MinWaitTime = f.Counter == 0 ? run.Waited : Math.Min(f.MinWaitTime, run.Waited),
        MaxWaitTime = Math.Max(f.MaxWaitTime, run.Waited),
        MinExecTime = f.Counter == 0 ? run.Ran : Math.Min(f.MinExecTime, run.Ran),
        MaxExecTime = Math.Max(f.MaxExecTime, run.Ran),
        AvgWaitTime = f.Counter == 0 ? run.Waited : (f.AvgWaitTime + run.Waited) / 2,
        AvgExecTime = f.Counter == 0 ? run.Ran : (f.AvgExecTime + run.Ran) / 2,
    };

    private sealed record Run(string Colony, string Executor, string Function, double Waited, double Ran);
}
