namespace Muster.Messages.Generators;

/// <summary>How far a generator is. Every event carries what came out of it, so that its row needs nothing else.</summary>
public sealed record GeneratorProgress
{
    /// <summary>How many arguments wait for a run.</summary>
    public int Waiting { get; init; }

    /// <summary>When the oldest of them was packed.</summary>
    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>How many runs have taken their arguments and are not submitted yet.</summary>
    public int Pending { get; init; }

    /// <summary>When what waits makes a run though it is not enough; null when never.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>When the last run began.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>The number of the last run; 0 before the first.</summary>
    public long LastRun { get; init; }

    /// <summary>The work that was submitted last.</summary>
    public string? LastWork { get; init; }

    /// <summary>How many arguments were packed.</summary>
    public long Packed { get; init; }

    /// <summary>How many runs were submitted.</summary>
    public long Fired { get; init; }

    /// <summary>How many runs were refused; their arguments are gone.</summary>
    public long Rejected { get; init; }

    /// <summary>Why the last run was refused; null when it was not.</summary>
    public string? Reason { get; init; }

    /// <summary>When the generator acts next by itself; null when never.</summary>
    public DateTimeOffset? WakeAt() => Pending > 0 ? LastAt : NextAt;
}
