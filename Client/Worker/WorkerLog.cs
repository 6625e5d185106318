using Microsoft.Extensions.Logging;

namespace Muster.Client.Worker;

/// <summary>What a worker writes to the log of its program.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(1, LogLevel.Information, "Worker {Executor} takes {Functions} from {Queues}, {Slots} at once")]
    public static partial void Started(ILogger log, string executor, string functions, string queues, int slots);

    [LoggerMessage(2, LogLevel.Information, "Worker {Executor} stops with {Attempts} attempts in hand")]
    public static partial void Stopping(ILogger log, string executor, int attempts);

    [LoggerMessage(3, LogLevel.Warning, "Worker {Executor} stopped with {Attempts} attempts undelivered; the cluster will try them again")]
    public static partial void Undelivered(ILogger log, string executor, int attempts);

    [LoggerMessage(4, LogLevel.Warning, "No work can be asked for, next try in {Delay}: {Error}")]
    public static partial void NoAssign(ILogger log, TimeSpan delay, string error);

    [LoggerMessage(5, LogLevel.Warning, "Attempt {Attempt} of process {Process} ({Func}) failed")]
    public static partial void Failed(ILogger log, string process, int attempt, string func, Exception failed);

    [LoggerMessage(6, LogLevel.Information, "Attempt {Attempt} of process {Process} was stopped ({Fate}) and ended with {Error}")]
    public static partial void Stopped(ILogger log, string process, int attempt, AttemptFate fate, string error);

    [LoggerMessage(7, LogLevel.Warning, "Attempt {Attempt} of process {Process} is over for the cluster: {Error}")]
    public static partial void Over(ILogger log, string process, int attempt, string? error);

    [LoggerMessage(8, LogLevel.Error, "The {Verb} of attempt {Attempt} of process {Process} was refused for good: {Error}")]
    public static partial void Refused(ILogger log, string process, int attempt, string verb, string? error);

    [LoggerMessage(9, LogLevel.Warning, "The {Verb} of {Count} attempts was not taken, next try in {Delay}: {Error}")]
    public static partial void NotTaken(ILogger log, string verb, int count, TimeSpan delay, string? error);

    [LoggerMessage(10, LogLevel.Warning, "Log lines of attempt {Attempt} of process {Process} are lost: {Error}")]
    public static partial void LinesLost(ILogger log, string process, int attempt, string? error);

    [LoggerMessage(11, LogLevel.Warning, "The working folder of attempt {Attempt} of process {Process} stays behind")]
    public static partial void FolderStays(ILogger log, string process, int attempt, Exception stuck);

    [LoggerMessage(12, LogLevel.Warning, "Attempt {Attempt} of process {Process} did not end when it was cancelled and is given back without its handler")]
    public static partial void Abandoned(ILogger log, string process, int attempt);
}
