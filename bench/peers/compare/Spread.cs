namespace Muster.Bench.Peers.Compare;

/// <summary>The same figure of several rounds.</summary>
internal sealed record Spread(double Median, double Least, double Most)
{
    /// <summary>Null when no round gave the figure.</summary>
    public static Spread? Of(IEnumerable<double?> figures)
    {
        var sorted = figures.OfType<double>().Order().ToArray();
        if (sorted.Length == 0)
        {
            return null;
        }

        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }
}
