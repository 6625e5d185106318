namespace Muster.Bench.Peers.Compare;

/// <summary>How the time from a submit to its start is measured.</summary>
/// <param name="Processes">How many submits.</param>
/// <param name="Pause">Between two of them; null for the 50 ms that every contestant has by itself.</param>
internal sealed record LatencyPace(int Processes, TimeSpan? Pause = null);
