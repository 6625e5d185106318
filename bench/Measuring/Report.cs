using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Bench.Measuring;

/// <summary>What is printed of the runs of a scenario: a line of a table while it goes on, and one line of JSON at the end.</summary>
internal static partial class Report
{
    /// <summary>The head of the table.</summary>
    public const string Head =
        """
        | scenario | store | transport | nodes | processes | per s | submits per s | p50 ms | p99 ms | lost | doubled | CPU s | store CPU s | peak MB | |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
        """;

    /// <summary>A line of the table: medians, and of the rate its range.</summary>
    public static string Row(string scenario, BenchOptions options, IReadOnlyList<Measurement> runs)
    {
        var median = Median(runs);
        return new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"| {scenario} | {Name(options.Store)} | {Name(options.Transport)} | {options.Nodes} | {options.Processes} ")
            .Append(CultureInfo.InvariantCulture, $"| {median.PerSecond:0}{Range(runs)} | {median.SubmitPerSecond:0} | {median.P50Ms:0.0} | {median.P99Ms:0.0} ")
            .Append(CultureInfo.InvariantCulture, $"| {median.Lost} | {median.Duplicates} | {median.CpuSeconds:0.0} | {median.StoreCpuSeconds:0.0} | {median.PeakMb:0} | {median.Note} |")
            .ToString();
    }

    /// <summary>The same for programs.</summary>
    public static string Json(string scenario, BenchOptions options, double fsyncMs, IReadOnlyList<Measurement> runs)
    {
        var median = Median(runs);
        return JsonSerializer.Serialize(
            new Line
            {
                Scenario = scenario,
                Store = Name(options.Store),
                Transport = Name(options.Transport),
                Nodes = options.Nodes,
                Processes = options.Processes,
                PerSecond = Rounded(median.PerSecond),
                SubmitPerSecond = Rounded(median.SubmitPerSecond),
                P50Ms = Rounded(median.P50Ms),
                P99Ms = Rounded(median.P99Ms),
                Lost = median.Lost,
                Duplicates = median.Duplicates,
                CpuSeconds = Rounded(median.CpuSeconds),
                StoreCpuSeconds = Rounded(median.StoreCpuSeconds),
                PeakMb = Rounded(median.PeakMb),
                FsyncMs = Math.Round(fsyncMs, 2),
                Runs = runs.Count,
                Note = median.Note,
            },
            LineJson.Default.Line);
    }

    // Losses are summed: one in one run is a failure of all.
    private static Measurement Median(IReadOnlyList<Measurement> runs) => new()
    {
        PerSecond = Middle(runs, r => r.PerSecond),
        SubmitPerSecond = Middle(runs, r => r.SubmitPerSecond),
        P50Ms = Middle(runs, r => r.P50Ms),
        P99Ms = Middle(runs, r => r.P99Ms),
        Lost = runs.Sum(r => r.Lost),
        Duplicates = runs.Sum(r => r.Duplicates),
        CpuSeconds = Middle(runs, r => r.CpuSeconds),
        StoreCpuSeconds = Middle(runs, r => r.StoreCpuSeconds),
        PeakMb = Middle(runs, r => r.PeakMb),
        Note = runs[runs.Count / 2].Note,
    };

    private static double? Middle(IReadOnlyList<Measurement> runs, Func<Measurement, double?> of) =>
        runs.Select(of).OfType<double>().Order().ToList() is { Count: > 0 } values ? values[values.Count / 2] : null;

    private static string Range(IReadOnlyList<Measurement> runs) => runs.Count > 1 && runs.Min(r => r.PerSecond) is { } least
        ? string.Create(CultureInfo.InvariantCulture, $" ({least:0} to {runs.Max(r => r.PerSecond):0})")
        : "";

    private static double? Rounded(double? value) => value is { } v ? Math.Round(v, v < 100 ? 2 : 0) : null;

    private static string Name<T>(T value)
        where T : struct, Enum => Enum.GetName(value)!.ToLowerInvariant();

    private sealed record Line
    {
        public required string Scenario { get; init; }

        public required string Store { get; init; }

        public required string Transport { get; init; }

        public required int Nodes { get; init; }

        public required int Processes { get; init; }

        public double? PerSecond { get; init; }

        public double? SubmitPerSecond { get; init; }

        public double? P50Ms { get; init; }

        public double? P99Ms { get; init; }

        public required int Lost { get; init; }

        public required int Duplicates { get; init; }

        public double? CpuSeconds { get; init; }

        public double? StoreCpuSeconds { get; init; }

        public double? PeakMb { get; init; }

        public double FsyncMs { get; init; }

        public int Runs { get; init; }

        public string? Note { get; init; }
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Line))]
    private sealed partial class LineJson : JsonSerializerContext;
}
