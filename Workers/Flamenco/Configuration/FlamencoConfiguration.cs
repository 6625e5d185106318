using System.Globalization;
using Muster.Workers.Shared;

namespace Muster.Workers.Flamenco.Configuration;

/// <summary>Reads the files: built-in defaults, then ./flamenco-worker.cfg, then ~/.flamenco-worker.cfg, the later wins key by key and a missing one is skipped; or only the one that the command line names.</summary>
internal static class FlamencoConfiguration
{
    public const string Section = "flamenco-worker";

    /// <summary>What the original ends with when its configuration is not usable.</summary>
    public const int ExitCode = 47;

    private const string CheckSection = "pre_task_check";

    public static FlamencoFiles Files(string? given) => given is not null
        ? new FlamencoFiles([Path.GetFullPath(given)], Path.GetFullPath(given), MustExist: true)
        : new FlamencoFiles([Path.GetFullPath("flamenco-worker.cfg"), HomeFile], HomeFile, MustExist: false);

    public static FlamencoSettings Load(FlamencoFiles files)
    {
        try
        {
            var read = files.Read.Select(f => (File: f, Ini: IniFile.Read(f, IniInterpolation.Dollar))).ToList();
            if (files.MustExist && read.FirstOrDefault(r => r.Ini is null).File is { } missing)
            {
                throw new WorkerException($"{missing}: there is no such file. Name another one with --config.", ExitCode);
            }

            return Parse(IniFile.Merge(read.Select(r => r.Ini).OfType<IniFile>()));
        }
        catch (IniException e)
        {
            throw new WorkerException($"The configuration cannot be used. {e.Message}", ExitCode, e);
        }
    }

    public static FlamencoSettings Parse(IniFile ini)
    {
        var standard = new FlamencoSettings();
        return standard with
        {
            Manager = Address(Get("manager_url")) ?? standard.Manager,
            WorkerId = Get("worker_id") ?? "",
            WorkerSecret = Get("worker_secret") ?? "",
            JobTypes = Words("job_types"),
            TaskTypes = Words("task_types"),
            QueueFile = Get("task_update_queue_db") ?? standard.QueueFile,
            RegistrationSecret = Get("worker_registration_secret") ?? "",
            PidFile = Get("subprocess_pid_file") ?? standard.PidFile,
            MayIRunInterval = Seconds("may_i_run_interval_seconds", standard.MayIRunInterval),
            PushLogInterval = Seconds("push_log_max_interval_seconds", standard.PushLogInterval),
            PushLogEntries = Count("push_log_max_entries", standard.PushLogEntries),
            PushActivityInterval = Seconds("push_act_max_interval_seconds", standard.PushActivityInterval),
            RequestTimeout = Seconds("request_timeout_seconds", standard.RequestTimeout),
            FetchWhenEmpty = Seconds("fetch_empty_seconds", standard.FetchWhenEmpty),
            FetchWhenFailed = Seconds("fetch_error_seconds", standard.FetchWhenFailed),
            FetchAfterTask = Seconds("fetch_after_task_seconds", standard.FetchAfterTask),
            QueueRetry = Seconds("queue_retry_seconds", standard.QueueRetry),
            RegisterRetry = Seconds("register_retry_seconds", standard.RegisterRetry),
            SleepPoll = Seconds("sleep_poll_seconds", standard.SleepPoll),
            ErrorWait = Seconds("error_wait_seconds", standard.ErrorWait),
            OutputInterval = Seconds("output_interval_seconds", standard.OutputInterval),
            KillAfter = Seconds("kill_after_seconds", standard.KillAfter),
            CheckRead = Checks("read"),
            CheckWrite = Checks("write"),
        };

        string? Get(string key) => ini.Get(Section, key) is { Length: > 0 } value ? value : null;

        IReadOnlyList<string>? Words(string key) => Get(key)?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        TimeSpan Seconds(string key, TimeSpan otherwise) => Get(key) is not { } text
            ? otherwise
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e7
                ? TimeSpan.FromSeconds(seconds)
                : throw Wrong(key, text, "a number of seconds above 0");

        int Count(string key, int otherwise) => Get(key) is not { } text
            ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : throw Wrong(key, text, "a whole number above 0");

        IReadOnlyList<string> Checks(string kind) => [.. ini.Keys(CheckSection).Where(k => k.StartsWith(kind, StringComparison.OrdinalIgnoreCase)).Select(k => ini.Get(CheckSection, k)!).Where(v => v.Length > 0)];
    }

    private static Uri? Address(string? text) => text is null
        ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0 ? address : throw Wrong("manager_url", text, "an address like http://manager:8083/");

    private static WorkerException Wrong(string key, string value, string wanted) => new($"The configuration cannot be used: {key} is '{value}', and has to be {wanted}.", ExitCode);

    private static string HomeFile => Path.Combine(
        Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".flamenco-worker.cfg");
}
