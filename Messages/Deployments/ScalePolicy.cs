namespace Muster.Messages.Deployments;

/// <summary>How the number of instances follows the processes that wait in the queues of a deployment.</summary>
public sealed record ScalePolicy
{
    /// <summary>The least number of instances; default 1, and 0 is allowed.</summary>
    public int Min { get; init; } = 1;

    /// <summary>The largest number of instances.</summary>
    public required int Max { get; init; }

    /// <summary>How many processes, waiting or running, there should be for each instance; default 10.</summary>
    public int Backlog { get; init; } = 10;

    /// <summary>How long the number has to stay as it is before it is lowered; it is raised at once; default 30 s.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromSeconds(30);
}
