using Muster.Client.Transport;

namespace Muster.Client.Worker;

/// <summary>What became of one thing that a worker said about one attempt.</summary>
/// <param name="Status">The HTTP status; 0 when nobody answered.</param>
/// <param name="Answer">What the cluster says back; null when it did not take it.</param>
/// <param name="Error">Why it was not taken.</param>
/// <param name="Whole">Whether the whole request failed, and not this item of it.</param>
internal readonly record struct ItemOutcome(int Status, AttemptAnswer? Answer, MusterException? Error, bool Whole)
{
    /// <summary>The cluster has it.</summary>
    public bool Taken => Status is >= 200 and < 300;

    /// <summary>The attempt is over: nothing about it matters any more. A whole request that finds nothing says nothing about attempts.</summary>
    public bool Over => !Whole && Status is 404 or 409 or 410;

    /// <summary>It will never be taken as it is.</summary>
    public bool Wrong => Status is 400 or 413 or 415 or 422;

    /// <summary>How long the cluster asks to wait.</summary>
    public TimeSpan? RetryAfter => (Error as MusterUnavailableException)?.RetryAfter;
}
