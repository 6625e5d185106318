namespace Muster.Workers.Conductor.Configuration;

/// <summary>How one worker works, after environment, file and constructor were asked.</summary>
internal sealed record WorkerSettings
{
    public required TimeSpan PollingInterval { get; init; }

    public required string? Domain { get; init; }

    public required string WorkerId { get; init; }

    public required int ThreadCount { get; init; }

    public required TimeSpan PollTimeout { get; init; }

    public required bool RegisterTaskDefinition { get; init; }

    public required bool ExtendLease { get; init; }

    public required bool Paused { get; init; }
}
