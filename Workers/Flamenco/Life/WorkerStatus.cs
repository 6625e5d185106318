namespace Muster.Workers.Flamenco.Life;

/// <summary>The words for what a worker does.</summary>
internal static class WorkerStatus
{
    public const string Awake = "awake";
    public const string Asleep = "asleep";
    public const string Shutdown = "shutdown";
    public const string Error = "error";
    public const string Testing = "testing";
}
