using Muster.Workers.Flamenco.Configuration;
using Muster.Workers.Shared;

namespace Muster.Tests.Workers.Flamenco;

public sealed class ConfigurationTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private FlamencoFiles Files => new([_folder.File("a.cfg"), _folder.File("b.cfg")], _folder.File("b.cfg"), MustExist: false);

    private FlamencoSettings Load(string? first, string? second = null)
    {
        foreach (var (name, text) in new[] { ("a.cfg", first), ("b.cfg", second) })
        {
            if (text is not null)
            {
                File.WriteAllText(_folder.File(name), text);
            }
        }

        return FlamencoConfiguration.Load(Files);
    }

    [Fact]
    public void Without_files_the_built_in_defaults_hold()
    {
        var settings = Load(null);
        settings.Manager.ShouldBe(new Uri("http://flamenco-manager/"));
        settings.Types.ShouldBe(["sleep", "blender-render", "file-management", "exr-merge", "video-encoding"]);
        settings.QueueFile.ShouldBe("flamenco-worker.db");
        settings.PidFile.ShouldBe("flamenco-worker-subprocess.pid");
        (settings.WorkerId, settings.WorkerSecret, settings.RegistrationSecret).ShouldBe(("", "", ""));
        (settings.MayIRunInterval.TotalSeconds, settings.PushLogInterval.TotalSeconds, settings.PushLogEntries, settings.PushActivityInterval.TotalSeconds).ShouldBe((5, 30, 1000, 15));
        (settings.FetchWhenEmpty.TotalSeconds, settings.FetchWhenFailed.TotalSeconds, settings.FetchAfterTask.TotalSeconds, settings.QueueRetry.TotalSeconds).ShouldBe((5, 10, 3, 5));
        (settings.RegisterRetry.TotalSeconds, settings.SleepPoll.TotalSeconds, settings.ErrorWait.TotalSeconds, settings.RequestTimeout.TotalSeconds).ShouldBe((30, 30, 600, 3));
    }

    [Fact]
    public void The_later_file_wins_key_by_key_and_references_reach_across()
    {
        var settings = Load("[flamenco-worker]\nmanager_url = http://one:1/\njob_types = sleep exec\ntask_update_queue_db = ${folder}/q.db\nfolder = /x\n", "[flamenco-worker]\nManager_URL: http://two:2/\nworker_id = w\nworker_secret = s$$t\nfolder = /y\n");
        settings.Manager.ShouldBe(new Uri("http://two:2/"));
        settings.Types.ShouldBe(["sleep", "exec"]);
        (settings.WorkerId, settings.WorkerSecret, settings.QueueFile).ShouldBe(("w", "s$t", "/y/q.db"));
    }

    [Fact]
    public void Only_the_second_file_is_enough() => Load(null, "[flamenco-worker]\nworker_id = w\n").WorkerId.ShouldBe("w");

    [Fact]
    public void Every_key_is_read()
    {
        var settings = Load("""
            [flamenco-worker]
            task_types = a b
            job_types = c
            worker_registration_secret = r
            subprocess_pid_file = p
            may_i_run_interval_seconds = 1
            push_log_max_interval_seconds = 2
            push_log_max_entries = 3
            push_act_max_interval_seconds = 4
            request_timeout_seconds = 5
            fetch_empty_seconds = 6
            fetch_error_seconds = 7
            fetch_after_task_seconds = 8
            queue_retry_seconds = 9
            register_retry_seconds = 10
            sleep_poll_seconds = 11
            error_wait_seconds = 12
            output_interval_seconds = 13
            kill_after_seconds = 0.5
            [pre_task_check]
            read1 = /r1
            read_two = /r2
            write = /w
            """);
        (settings.Types[0], settings.JobTypes![0], settings.RegistrationSecret, settings.PidFile).ShouldBe(("a", "c", "r", "p"));
        new[]
        {
            settings.MayIRunInterval, settings.PushLogInterval, TimeSpan.FromSeconds(settings.PushLogEntries), settings.PushActivityInterval, settings.RequestTimeout, settings.FetchWhenEmpty, settings.FetchWhenFailed,
            settings.FetchAfterTask, settings.QueueRetry, settings.RegisterRetry, settings.SleepPoll, settings.ErrorWait, settings.OutputInterval,
        }.Select(t => t.TotalSeconds).ShouldBe(Enumerable.Range(1, 13).Select(i => (double)i));
        settings.KillAfter.ShouldBe(TimeSpan.FromMilliseconds(500));
        settings.CheckRead.ShouldBe(["/r1", "/r2"]);
        settings.CheckWrite.ShouldBe(["/w"]);
    }

    [Theory]
    [InlineData("manager_url = flamenco", "manager_url is 'flamenco', and has to be an address")]
    [InlineData("push_log_max_entries = 1.5", "push_log_max_entries is '1.5', and has to be a whole number")]
    [InlineData("may_i_run_interval_seconds = soon", "may_i_run_interval_seconds is 'soon', and has to be a number of seconds")]
    [InlineData("queue_retry_seconds = 0", "queue_retry_seconds is '0', and has to be a number of seconds above 0")]
    [InlineData("worker_id = w\nworker_sec", "a.cfg, line 3: 'worker_sec' is neither")]
    [InlineData("worker_id = \0\0\0", "a.cfg, line 2: a NUL character")]
    [InlineData("worker_secret = a$b", "'$' must be written '$$'")]
    public void What_cannot_be_used_is_one_line_and_ends_the_program(string line, string said)
    {
        var e = Should.Throw<WorkerException>(() => Load($"[flamenco-worker]\n{line}\n"));
        e.Message.ShouldContain(said);
        e.Message.ShouldNotContain("\n");
        e.ExitCode.ShouldBe(FlamencoConfiguration.ExitCode);
    }

    [Fact]
    public void A_file_that_was_named_replaces_both_keeps_the_credentials_and_must_exist()
    {
        var files = FlamencoConfiguration.Files(_folder.File("c.cfg"));
        Should.Throw<WorkerException>(() => FlamencoConfiguration.Load(files)).Message.ShouldContain("c.cfg: there is no such file");
        File.WriteAllText(_folder.File("c.cfg"), "# mine\n[flamenco-worker]\nmanager_url = http://x/\n");
        files.Keep("i$d", "secret");
        FlamencoConfiguration.Load(files).ShouldSatisfyAllConditions(
            s => s.WorkerId.ShouldBe("i$d"), s => s.WorkerSecret.ShouldBe("secret"), s => s.Manager.ShouldBe(new Uri("http://x/")));
        File.ReadAllText(_folder.File("c.cfg")).ShouldStartWith("# mine\n[flamenco-worker]\nmanager_url = http://x/\n");
    }
}
