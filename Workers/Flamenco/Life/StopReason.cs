namespace Muster.Workers.Flamenco.Life;

/// <summary>Why a running task is stopped.</summary>
internal abstract record StopReason
{
    private StopReason()
    {
    }

    /// <summary>The manager says that it may not run on.</summary>
    /// <param name="Reason">Its reason.</param>
    /// <param name="StatusRequested">The state that it asks for at once; null for none.</param>
    public sealed record NotAllowed(string Reason, string? StatusRequested) : StopReason;

    /// <summary>The manager took the task away and says so by refusing an update.</summary>
    public sealed record TakenAway : StopReason;

    /// <summary>The worker itself stops.</summary>
    public sealed record WorkerStops : StopReason;
}
