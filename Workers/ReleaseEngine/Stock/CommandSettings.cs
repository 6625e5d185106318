using System.Text.Json.Nodes;
using Muster.Workers.Shared;

namespace Muster.Workers.ReleaseEngine.Stock;

/// <summary>How commands are run, as the worker's configuration file says it.</summary>
public sealed record CommandSettings
{
    /// <summary><c>run</c>: what stands before the command, with <c>{host}</c> for the host of the step; default <c>["/bin/sh", "-c"]</c>. With <c>["ssh", "{host}"]</c> commands run on the host.</summary>
    public IReadOnlyList<string> Run { get; init; } = ["/bin/sh", "-c"];

    /// <summary><c>timeout_seconds</c>: how long one try of a command may take; default no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Takes them out of a configuration file.</summary>
    /// <exception cref="WorkerException">A value cannot be.</exception>
    public static CommandSettings Of(WorkerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new CommandSettings
        {
            Run = settings.Values["run"] switch
            {
                null => new CommandSettings().Run,
                JsonArray { Count: > 0 } words when words.All(w => w is JsonValue v && v.TryGetValue<string>(out _)) => [.. words.Select(w => w!.GetValue<string>())],
                _ => throw new WorkerException("The worker configuration: \"run\" must be a list of texts that is not empty."),
            },
            Timeout = settings.Values["timeout_seconds"] switch
            {
                null => null,
                JsonValue v when v.TryGetValue<double>(out var seconds) && seconds is > 0 and < int.MaxValue => TimeSpan.FromSeconds(seconds),
                _ => throw new WorkerException("The worker configuration: \"timeout_seconds\" must be a number above 0."),
            },
        };
    }
}
