using System.Diagnostics;
using System.Text.Json;

namespace Muster.Bench.Peers.Hangfire;

/// <summary>The last line of the output, with the keys that every contestant has.</summary>
internal sealed record Measurement(
    string Scenario, string Store, string Transport, int Processes, double PerSecond, double SubmitPerSecond,
    double? P50Ms, double? P99Ms, int Lost, int Duplicates, double CpuSeconds, double PeakMb)
{
    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web);

    public static Measurement Of(PeerOptions options, IHangfireStore store, string transport, Ledger ledger, int first, Outcome outcome)
    {
        using var self = Process.GetCurrentProcess();
        return new Measurement(
            options.Scenario, store.Name, transport, options.Processes,
            Rounded(options.Processes / outcome.Whole.TotalSeconds), Rounded(options.Processes / outcome.Submitting.TotalSeconds),
            ledger.Wait(0.5, first) is { } half ? Rounded(half) : null, ledger.Wait(0.99, first) is { } most ? Rounded(most) : null,
            ledger.Lost.Count, ledger.Duplicates.Count,
            Rounded(self.TotalProcessorTime.TotalSeconds), Rounded(self.PeakWorkingSet64 / 1024.0 / 1024.0));
    }

    public override string ToString() => JsonSerializer.Serialize(this, Wire);

    private static double Rounded(double number) => Math.Round(number, 2);
}
