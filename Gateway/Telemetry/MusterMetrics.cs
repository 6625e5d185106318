using System.Diagnostics.Metrics;
using Muster.Messages.Processes;
using Muster.Persistence;

namespace Muster.Gateway.Telemetry;

/// <summary>The numbers of this node and its store. Counts come from the tables when somebody looks.</summary>
public sealed class MusterMetrics : IDisposable
{
    /// <summary>The name under which they are collected.</summary>
    public const string MeterName = "Muster";

    private readonly Meter _meter = new(MeterName);
    private readonly IStore _store;
    private IReadOnlyList<Persistence.ReadModel.CountRow> _counts = [];

    /// <summary>Registers the instruments.</summary>
    public MusterMetrics(IStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _meter.CreateObservableGauge("muster.processes", Processes, "{process}", "Processes by namespace, queue and state");
        _meter.CreateObservableGauge("muster.store.queued", () => store.Gauge.QueuedBytes, "By", "Handed to the store and not yet durable");
        _meter.CreateObservableGauge("muster.store.batch.age", () => store.Gauge.OldestAge.TotalSeconds, "s", "How long the present transaction has been under way");
        _meter.CreateObservableGauge("muster.store.away", () => store.Gauge.StoreAway ? 1 : 0, description: "1 while the store does not take writes");
    }

    /// <summary>Reads the counts anew; called before they are shown.</summary>
    public async Task RefreshAsync(CancellationToken cancel) => _counts = await _store.Read.CountsAsync(null, cancel).ConfigureAwait(false);

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Processes() => _counts.Select(c => new Measurement<long>(
        c.Count,
        new KeyValuePair<string, object?>("namespace", c.Namespace),
        new KeyValuePair<string, object?>("queue", c.Queue),
        new KeyValuePair<string, object?>("status", c.Status.ToString().ToLowerInvariant())));
}
