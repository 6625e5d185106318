namespace Muster.Workers.Flamenco.Configuration;

/// <summary>What the command line says.</summary>
internal sealed record FlamencoArguments
{
    public string? ConfigFile { get; init; }

    public bool Reregister { get; init; }

    public bool RegisterOnce { get; init; }

    public bool Test { get; init; }

    public bool Single { get; init; }

    public StopAction OnStop { get; init; }
}
