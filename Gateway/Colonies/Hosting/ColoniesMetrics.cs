using System.Diagnostics.Metrics;
using Muster.Gateway.Colonies.Messages;
using Muster.Gateway.Colonies.Wire;

namespace Muster.Gateway.Colonies.Hosting;

/// <summary>The numbers of all colonies together, under the names that dashboards of the original know.</summary>
internal sealed class ColoniesMetrics : IDisposable
{
    /// <summary>The name under which they are collected.</summary>
    public const string MeterName = "Muster.Colonies";

    private readonly Meter _meter = new(MeterName);
    private readonly ColoniesServices _services;
    private StatisticsWire _totals = new();

    /// <summary>Registers the instruments.</summary>
    public ColoniesMetrics(ColoniesServices services)
    {
        _services = services;
        Gauge("colonies", s => s.Colonies);
        Gauge("executors", s => s.Executors);
        Gauge("processes_waiting", s => s.WaitingProcesses);
        Gauge("processes_running", s => s.RunningProcesses);
        Gauge("processes_successful", s => s.SuccessfulProcesses);
        Gauge("processes_failed", s => s.FailedProcesses);
        Gauge("workflows_waiting", s => s.WaitingWorkflows);
        Gauge("workflows_running", s => s.RunningWorkflows);
        Gauge("workflows_successful", s => s.SuccessfulWorkflows);
        Gauge("workflows_failed", s => s.FailedWorkflows);
    }

    /// <summary>Counts anew; called before they are shown.</summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        await _services.Directory.RefreshAsync(cancel).ConfigureAwait(false);
        _totals = await Statistics.OfAllAsync(_services, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, Func<StatisticsWire, long> value) => _meter.CreateObservableGauge($"colonies_server_{name}", () => value(_totals));
}
