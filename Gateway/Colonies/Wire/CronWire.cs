namespace Muster.Gateway.Colonies.Wire;

/// <summary>A workflow that is submitted again and again, as clients say it and read it.</summary>
internal sealed record CronWire
{
    public string CronId { get; init; } = "";

    public string InitiatorId { get; init; } = "";

    public string InitiatorName { get; init; } = "";

    public string ColonyName { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Six fields, seconds first; when the interval is -1.</summary>
    public string CronExpression { get; init; } = "";

    /// <summary>Seconds; -1 for an expression.</summary>
    public int Interval { get; init; }

    /// <summary>Whether each run comes at some moment of its interval.</summary>
    public bool Random { get; init; }

    public DateTimeOffset NextRun { get; init; } = Loose.NoTime;

    public DateTimeOffset LastRun { get; init; } = Loose.NoTime;

    /// <summary>The workflow, as JSON text.</summary>
    public string WorkflowSpec { get; init; } = "";

    public string PrevProcessGraphId { get; init; } = "";

    /// <summary>Whether a run waits until the one before is final.</summary>
    public bool WaitForPrevProcessGraph { get; init; }

    /// <summary>How often the server looks, in milliseconds.</summary>
    public int CheckerPeriod { get; init; }
}
