namespace Muster.Bench.Peers.Compare;

/// <summary>What every contestant can be measured by.</summary>
internal enum Scenario
{
    /// <summary>Submit all one by one while workers run them, until the store shows none unfinished.</summary>
    BurnDown,

    /// <summary>One at a time on an idle system: from the submit to the start of the handler.</summary>
    Latency,
}
