using Muster.Client.Transport;

namespace Muster.Client.Worker;

/// <summary>How an attempt ended, until the cluster has answered it.</summary>
internal sealed class AttemptEnd
{
    private AttemptEnd(RunningAttempt attempt, string verb, AttemptItem item)
    {
        Attempt = attempt;
        Verb = verb;
        Item = item;

        // Names and punctuation of an item stay well below this.
        Bytes = 512 + (item.Error?.Length ?? 0) + (item.Reason?.Length ?? 0) + (item.Result?.GetRawText().Length ?? 0);
    }

    public RunningAttempt Attempt { get; }

    /// <summary>Which call says it.</summary>
    public string Verb { get; }

    public AttemptItem Item { get; }

    /// <summary>About how much of a request body it takes.</summary>
    public int Bytes { get; }

    /// <summary>How often it was sent without being taken.</summary>
    public int Tries { get; set; }

    /// <summary>How often the gateway itself broke over it.</summary>
    public int Broken { get; set; }

    /// <summary>Not sent before this time stamp of the clock.</summary>
    public long NotBefore { get; set; }

    public static AttemptEnd Complete(RunningAttempt attempt, System.Text.Json.JsonElement? result) =>
        new(attempt, "complete", attempt.Item() with { Result = result });

    public static AttemptEnd Fail(RunningAttempt attempt, string error, bool retryable) =>
        new(attempt, "fail", attempt.Item() with { Error = error, Retryable = retryable });

    public static AttemptEnd Release(RunningAttempt attempt, string reason) => new(attempt, "release", attempt.Item() with { Reason = reason });
}
