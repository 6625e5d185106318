namespace Muster.Gateway.Colonies.Wire;

/// <summary>A workflow that is submitted whenever enough arguments have come together, as clients say it and read it.</summary>
internal sealed record GeneratorWire
{
    public string GeneratorId { get; init; } = "";

    public string InitiatorId { get; init; } = "";

    public string InitiatorName { get; init; } = "";

    public string ColonyName { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>The workflow, as JSON text.</summary>
    public string WorkflowSpec { get; init; } = "";

    /// <summary>How many arguments make a run.</summary>
    public int Trigger { get; init; }

    /// <summary>Seconds after which fewer make one; 0 for never.</summary>
    public int Timeout { get; init; }

    public DateTimeOffset FirstPack { get; init; } = Loose.NoTime;

    public DateTimeOffset LastRun { get; init; } = Loose.NoTime;

    public int QueueSize { get; init; }

    /// <summary>How often the server looks, in milliseconds.</summary>
    public int CheckerPeriod { get; init; }
}
