using System.Globalization;

namespace Muster.Bench.Peers.Compare.Report;

/// <summary>What is published: a row for each contestant.</summary>
internal static class MarkdownTable
{
    private const string None = "-";

    public static string Write(IReadOnlyList<Standing> standings)
    {
        var rates = standings.Where(s => s.PerSecond is not null).ToDictionary(s => s.Contestant.Name, s => s.PerSecond!.Median);
        return string.Join('\n',
        [
            "| contestant | contract | N | submit/s | submit and run/s | of Muster | latency p50 / p99 ms | lost / run twice |",
            "|---|---|--:|--:|--:|--:|--:|--:|",
            .. standings.Select(standing => Row(standing, rates)),
        ]);
    }

    private static string Row(Standing standing, Dictionary<string, double> rates)
    {
        string[] cells =
        [
            standing.Contestant.Name,
            standing.Contestant.Contract.ToString(),
            Invariant($"{standing.Processes:n0}"),
            Rate(standing.SubmitPerSecond),
            Rate(standing.PerSecond),
            Ratio(standing, rates),
            standing is { P50Ms: { } half, P99Ms: { } most } ? Invariant($"{half.Median:n1} / {most.Median:n1}") : None,
            Losses(standing),
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    private static string Rate(Spread? rate) => rate is null ? None : Invariant($"{rate.Median:n0} ({rate.Least:n0}–{rate.Most:n0})");

    private static string Ratio(Standing standing, Dictionary<string, double> rates) =>
        standing.PerSecond is { } rate && rates.TryGetValue(standing.Contestant.RatioTo, out var muster) ? Invariant($"{rate.Median / muster:0.00}") : None;

    private static string Losses(Standing standing) =>
        Invariant($"{standing.Lost} / {standing.Duplicates}") + (standing.Failures.Count > 0 ? Invariant($"; {standing.Failures.Count} failed") : "");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
