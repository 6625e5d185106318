using Muster.Workers.Conductor;
using Muster.Workers.Conductor.Configuration;
using Muster.Workers.Shared;

namespace Muster.Tests.Workers.Conductor;

public sealed class ConfigurationTests
{
    private const string File = """
        [DEFAULT]
        domain = nice
        polling_interval = 2000
        [t1]
        domain = cool
        polling_interval = 500
        [t2]
        Polling_Interval = 300
        [bad]
        polling_interval = 2s
        """;

    private readonly List<string> _warnings = [];

    private WorkerSettings For(string task, string environment = "", string? file = File, bool upper = false, TimeSpan? interval = null, string? domain = "ctor")
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1], StringComparer.Ordinal);
        var worker = new FunctionWorker([task, "second"], () => 1) { Domain = domain, PollingInterval = interval ?? TimeSpan.FromMilliseconds(9) };
        return new WorkerConfiguration(variables.GetValueOrDefault, file is null ? null : IniFile.Parse(file, "worker.ini", IniInterpolation.Percent), upper, _warnings.Add).For(worker);
    }

    /// <summary>The table of the specification, row by row: environment, then domain/interval of four workers.</summary>
    [Theory]
    [InlineData("", "cool/500", "nice/300", "nice/2000", "nice/9")]
    [InlineData("conductor_worker_polling_interval=1111", "cool/1111", "nice/1111", "nice/1111", "nice/1111")]
    [InlineData("CONDUCTOR_WORKER_POLLING_INTERVAL=1212", "cool/1212", "nice/1212", "nice/1212", "nice/1212")]
    [InlineData("conductor_worker_t1_polling_interval=77 conductor_worker_domain=ALLDOM", "ALLDOM/77", "ALLDOM/300", "ALLDOM/2000", "ALLDOM/9")]
    [InlineData("CONDUCTOR_WORKER_t1_DOMAIN=UP", "UP/500", "nice/300", "nice/2000", "nice/9")]
    [InlineData("CONDUCTOR_WORKER_T1_DOMAIN=UPUP", "cool/500", "nice/300", "nice/2000", "nice/9")]
    [InlineData("conductor_worker_domain=", "cool/500", "nice/300", "nice/2000", "nice/9")]
    [InlineData("conductor_worker_polling_interval=abc", "cool/500", "nice/300", "nice/2000", "nice/9")]
    [InlineData("conductor_worker_t1_domain=a CONDUCTOR_WORKER_t1_DOMAIN=b", "a/500", "nice/300", "nice/2000", "nice/9")]
    public void Environment_before_file_before_constructor(string environment, params string[] expected) =>
        new[] { "t1", "t2", "zz", "bad" }.Select(t => For(t, environment)).Select(s => $"{s.Domain}/{s.PollingInterval.TotalMilliseconds}").ShouldBe(expected);

    [Theory]
    [InlineData("conductor_worker_t1_domain= conductor_worker_domain=x", "cool")]
    [InlineData("conductor.worker.t1.domain=1 conductor_worker_t1_domain=2", "1")]
    [InlineData("conductor_worker_t1_domain=2 CONDUCTOR_WORKER_t1_DOMAIN=4", "2")]
    [InlineData("CONDUCTOR_WORKER_t1_DOMAIN=4 conductor.worker.all.domain=5", "4")]
    [InlineData("conductor.worker.all.domain=5 CONDUCTOR_WORKER_ALL_DOMAIN=6", "5")]
    [InlineData("CONDUCTOR_WORKER_ALL_DOMAIN=6 conductor_worker_domain=7", "6")]
    [InlineData("conductor_worker_domain=7 CONDUCTOR_WORKER_DOMAIN=8", "7")]
    [InlineData("CONDUCTOR_WORKER_DOMAIN=8", "8")]
    public void The_spellings_of_a_variable_in_their_order(string environment, string domain) => For("t1", environment).Domain.ShouldBe(domain);

    [Theory]
    [InlineData("CONDUCTOR_WORKER_T1_DOMAIN=3", "3")]
    [InlineData("conductor_worker_t1_domain=2 CONDUCTOR_WORKER_T1_DOMAIN=3", "2")]
    [InlineData("CONDUCTOR_WORKER_T1_DOMAIN=3 CONDUCTOR_WORKER_t1_DOMAIN=4", "3")]
    public void Names_in_capitals_count_when_that_is_asked_for(string environment, string domain) => For("t1", environment, upper: true).Domain.ShouldBe(domain);

    [Fact]
    public void Without_file_and_environment_the_constructor_holds_and_without_that_the_defaults()
    {
        var settings = For("t1", file: null);
        (settings.Domain, settings.PollingInterval.TotalMilliseconds).ShouldBe(("ctor", 9));
        settings = For("t1", file: null, interval: TimeSpan.Zero, domain: null);
        (settings.Domain, settings.PollingInterval.TotalMilliseconds).ShouldBe((null, 100));
        (settings.WorkerId, settings.ThreadCount, settings.PollTimeout.TotalMilliseconds, settings.ExtendLease, settings.RegisterTaskDefinition, settings.Paused)
            .ShouldBe((Environment.MachineName, 1, 100, true, false, false));
    }

    [Fact]
    public void All_other_properties_come_the_same_way()
    {
        const string file = "[t]\nworker_id = file\nthread_count = 3\npoll_timeout = 200\nregister_task_def = yes\nlease_extend_enabled = off\npaused = true\npoll_interval = 70\n";
        var settings = For("t", "conductor_worker_t_thread_count=5 conductor_worker_worker_id=env", file);
        (settings.WorkerId, settings.ThreadCount, settings.PollTimeout.TotalMilliseconds, settings.RegisterTaskDefinition, settings.ExtendLease, settings.PollingInterval.TotalMilliseconds)
            .ShouldBe(("env", 5, 200, true, false, 70));
        settings.Paused.ShouldBeFalse("paused is only of the environment");
        For("t", "conductor_worker_t_paused=On").Paused.ShouldBeTrue();
        For("t", "CONDUCTOR_WORKER_ALL_REGISTER_TASK_DEF=1").RegisterTaskDefinition.ShouldBeTrue();
    }

    [Theory]
    [InlineData("conductor_worker_t1_polling_interval=0.25", 0.25, "the unit is milliseconds")]
    [InlineData("conductor_worker_t1_polling_interval=0", 100, null)]
    [InlineData("conductor_worker_t1_polling_interval=12.5", 12.5, null)]
    [InlineData("conductor_worker_t1_polling_interval=-1", 500, "which is no number of at least 0")]
    [InlineData("conductor_worker_t1_polling_interval=NaN", 500, "which is no number of at least 0")]
    public void Odd_intervals_are_said(string environment, double interval, string? said)
    {
        For("t1", environment).PollingInterval.TotalMilliseconds.ShouldBe(interval);
        if (said is null)
        {
            _warnings.ShouldBeEmpty();
        }
        else
        {
            _warnings.ShouldHaveSingleItem().ShouldContain(said);
        }
    }

    [Fact]
    public void A_poll_timeout_that_servers_refuse_is_cut_and_said()
    {
        For("t1", "conductor_worker_poll_timeout=60000").PollTimeout.ShouldBe(TimeSpan.FromSeconds(5));
        _warnings.ShouldHaveSingleItem().ShouldContain("at most 5000");
    }

    [Fact]
    public void A_value_that_refers_to_nothing_leaves_the_constructor()
    {
        For("t", file: "[t]\ndomain = 100%\n").Domain.ShouldBe("ctor");
        _warnings.ShouldContain(w => w.Contains("must be written '%%'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_cannot_be_parsed_is_said_and_not_used_and_one_that_was_named_must_exist()
    {
        using var folder = new TestFolder();
        System.IO.File.WriteAllText(folder.File("half.ini"), "[t]\ndomain = a\n[t]\n");
        WorkerFile.Read(folder.File("half.ini"), _warnings.Add).ShouldBeNull();
        _warnings.ShouldHaveSingleItem().ShouldContain("half.ini, line 3: the section [t] stands twice");
        Should.Throw<WorkerException>(() => WorkerFile.Read(folder.File("no.ini"), _warnings.Add)).Message.ShouldContain("no.ini does not exist");
    }
}
