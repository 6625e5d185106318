using System.Globalization;
using Muster.Workers.Shared;

namespace Muster.Workers.Conductor.Configuration;

/// <summary>
/// Where each property of a worker comes from: the environment, worker.ini, the constructor, the built-in default. The first variable that exists decides
/// for the environment: when it is empty or no number, the file is next, and no other variable. A value of the file that is no number leaves the constructor's.
/// </summary>
/// <param name="variable">The environment.</param>
/// <param name="file">worker.ini; null for none.</param>
/// <param name="upperCaseNames">Whether names of tasks may stand in capitals in the environment.</param>
/// <param name="warn">Hears what is odd, one line each.</param>
internal sealed class WorkerConfiguration(Func<string, string?> variable, IniFile? file, bool upperCaseNames, Action<string> warn)
{
    private static readonly TimeSpan StandardInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StandardPollTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>The server refuses to wait longer.</summary>
    private static readonly TimeSpan LongestPollTimeout = TimeSpan.FromSeconds(5);

    private static readonly string[] Interval = ["polling_interval", "poll_interval"];

    public WorkerSettings For(ConductorWorker worker)
    {
        var task = worker.TaskDefinitionNames[0];
        return new WorkerSettings
        {
            PollingInterval = Milliseconds(task, Interval, worker.PollingInterval) is { } interval && interval > TimeSpan.Zero ? interval : StandardInterval,
            Domain = Text(task, ["domain"]) ?? (worker.Domain is { Length: > 0 } domain ? domain : null),
            WorkerId = Text(task, ["worker_id"]) ?? worker.WorkerId ?? Environment.MachineName,
            ThreadCount = Math.Max(1, (int)(Number(task, ["thread_count"]) ?? worker.ThreadCount ?? 1)),
            PollTimeout = Milliseconds(task, ["poll_timeout"], worker.PollTimeout) is { } timeout ? Cap(task, timeout) : StandardPollTimeout,
            RegisterTaskDefinition = Switch(task, "register_task_def") ?? worker.RegisterTaskDefinition ?? false,
            ExtendLease = Switch(task, "lease_extend_enabled") ?? worker.ExtendLease ?? true,
            Paused = IsOn(FromEnvironment(task, ["paused"])?.Value),
        };
    }

    private TimeSpan? Milliseconds(string task, string[] names, TimeSpan? constructor)
    {
        var given = Number(task, names) is { } number ? TimeSpan.FromMilliseconds(number) : constructor;
        if (names == Interval && given is { TotalMilliseconds: > 0 and < 1 })
        {
            warn($"The polling interval of {task} is {given.Value.TotalMilliseconds} ms: the unit is milliseconds, and this worker asks the server all the time. For a quarter of a second write 250.");
        }

        return given;
    }

    private TimeSpan Cap(string task, TimeSpan timeout)
    {
        if (timeout <= LongestPollTimeout)
        {
            return timeout;
        }

        warn($"The poll_timeout of {task} is {timeout.TotalMilliseconds:0} ms; servers take at most 5000, which is used.");
        return LongestPollTimeout;
    }

    private string? Text(string task, string[] names) =>
        FromEnvironment(task, names) is { Value.Length: > 0 } found ? found.Value : FromFile(task, names) is { Length: > 0 } text ? text : null;

    private double? Number(string task, string[] names)
    {
        if (FromEnvironment(task, names) is { Value.Length: > 0 } found)
        {
            if (IsNumber(found.Value, out var number))
            {
                return number;
            }

            warn($"The variable {found.Name} is '{found.Value}', which is no number of at least 0; worker.ini is looked at instead.");
        }

        if (FromFile(task, names) is not { Length: > 0 } text)
        {
            return null;
        }

        if (IsNumber(text, out var fromFile))
        {
            return fromFile;
        }

        warn($"In worker.ini the {names[0]} of {task} is '{text}', which is no number of at least 0; the value of the program stays.");
        return null;
    }

    private bool? Switch(string task, string name) => Text(task, [name]) is { } text ? IsOn(text) : null;

    private static bool IsOn(string? text) => text is not null && text.Trim().ToUpperInvariant() is "TRUE" or "1" or "YES" or "ON";

    private static bool IsNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number) && number >= 0 && number < TimeSpan.FromDays(1).TotalMilliseconds;

    private (string Name, string Value)? FromEnvironment(string task, string[] properties)
    {
        foreach (var name in Names(task, properties))
        {
            if (variable(name) is { } value)
            {
                return (name, value.Trim());
            }
        }

        return null;
    }

    // Of the task before of all; among them lower case before upper case.
    private IEnumerable<string> Names(string task, string[] properties)
    {
        Func<string, string>[] spellings =
        [
            p => $"conductor.worker.{task}.{p}",
            p => $"conductor_worker_{task}_{p}",
            .. upperCaseNames ? [p => $"CONDUCTOR_WORKER_{task.ToUpperInvariant()}_{p.ToUpperInvariant()}"] : Array.Empty<Func<string, string>>(),
            p => $"CONDUCTOR_WORKER_{task}_{p.ToUpperInvariant()}",
            p => $"conductor.worker.all.{p}",
            p => $"CONDUCTOR_WORKER_ALL_{p.ToUpperInvariant()}",
            p => $"conductor_worker_{p}",
            p => $"CONDUCTOR_WORKER_{p.ToUpperInvariant()}",
        ];
        return spellings.SelectMany(s => properties.Select(s));
    }

    private string? FromFile(string task, string[] names)
    {
        try
        {
            return file is null ? null : names.Select(n => file.Get(task, n)).FirstOrDefault(v => v is not null);
        }
        catch (IniException e)
        {
            warn($"{e.Message} The value of the program stays.");
            return null;
        }
    }
}
