namespace Muster.Bench.Peers.Hangfire;

/// <summary>How a scenario went.</summary>
/// <param name="Submitting">From the first submit to the last acknowledgement; for an idle system, the sum of the submits.</param>
/// <param name="Whole">From the first submit until the store showed none unfinished.</param>
/// <param name="Unfinished">What the store still showed when it was clear that nothing moves; 0 when all is well.</param>
internal sealed record Outcome(TimeSpan Submitting, TimeSpan Whole, long Unfinished);
