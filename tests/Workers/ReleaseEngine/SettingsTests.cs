using Muster.Workers.ReleaseEngine;
using Muster.Workers.ReleaseEngine.Stock;
using Muster.Workers.Shared;

namespace Muster.Tests.Workers.ReleaseEngine;

/// <summary>The two configuration files of a worker.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_broker_is_read_with_its_defaults()
    {
        var broker = BrokerSettings.Load(Written("""{"server":"mq.example.org","user":"u","password":"secret","vhost":"/x","other":1}"""));
        (broker.Server, broker.User, broker.Password, broker.VirtualHost, broker.Port, broker.Tls, broker.Heartbeat.TotalSeconds).ShouldBe(("mq.example.org", "u", "secret", "/x", 5672, false, 60));
        broker.ToString().ShouldNotContain("secret");
        BrokerSettings.Load(Written("""{"server":"s","user":"u","password":"p","vhost":"/","ssl":true}""")).Port.ShouldBe(5671);
        var other = BrokerSettings.Load(Written("""{"server":"s","user":"u","password":"p","vhost":"/","ssl":true,"port":99,"heartbeat":7}"""));
        (other.Port, other.Tls, other.Heartbeat.TotalSeconds).ShouldBe((99, true, 7));
    }

    [Theory]
    [InlineData("""{"user":"u","password":"p","vhost":"/"}""", "\"server\" is missing")]
    [InlineData("""{"server":"s","password":"p","vhost":"/"}""", "\"user\" is missing")]
    [InlineData("""{"server":"s","user":"u","vhost":"/"}""", "\"password\" is missing")]
    [InlineData("""{"server":"s","user":"u","password":"p"}""", "\"vhost\" is missing")]
    [InlineData("""{"server":"s","user":"u","password":"p","vhost":"/","port":"5672"}""", "\"port\" must be a whole number from 1 to 65535")]
    [InlineData("""{"server":"s","user":"u","password":"p","vhost":"/","port":0}""", "\"port\" must be")]
    [InlineData("""{"server":"s","user":"u","password":"p","vhost":"/","ssl":"yes"}""", "\"ssl\" must be true or false")]
    [InlineData("""{"server":7,"user":"u","password":"p","vhost":"/"}""", "\"server\" must be a text")]
    [InlineData("""{"server":"s","user":""", "only half of it")]
    [InlineData("[]", "must be one JSON object")]
    [InlineData("", "no JSON")]
    public void A_broker_that_is_not_well_described_is_refused_in_one_line(string text, string why)
    {
        var file = Written(text);
        var message = Should.Throw<WorkerException>(() => BrokerSettings.Load(file)).Message;
        message.ShouldContain(why);
        message.ShouldContain(file);
    }

    [Fact]
    public void A_file_that_is_not_there_is_said() =>
        Should.Throw<WorkerException>(() => BrokerSettings.Load(_folder.File("none.json"))).Message.ShouldContain("none.json cannot be read");

    [Fact]
    public void A_tilde_is_the_home_folder() =>
        Should.Throw<WorkerException>(() => WorkerSettings.Load("~/no-such-worker.json")).Message.ShouldContain($"{Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)}/no-such-worker.json");

    [Fact]
    public void A_worker_is_read_with_its_defaults()
    {
        var standard = WorkerSettings.Load(Written("{}"));
        (standard.Queue, standard.OutputLevel, standard.Parallel, standard.Prefetch, standard.AcknowledgesAnswered, standard.NotifyExchange).ShouldBe((null, OutputLevel.Debug, 1, null, false, "re"));
        (standard.StopAfter.TotalSeconds, standard.LongestWait.TotalSeconds).ShouldBe((30, 5));
        var all = WorkerSettings.Load(Written(
            """{"queue":"noop","OUTPUT_LEVEL":"error","parallel":4,"prefetch":9,"acknowledge":"answered","notify_exchange":"","stop_seconds":1,"reconnect_seconds":2,"mine":{"a":1}}"""));
        (all.Queue, all.OutputLevel, all.Parallel, all.Prefetch, all.AcknowledgesAnswered, all.NotifyExchange).ShouldBe(("noop", OutputLevel.Error, 4, 9, true, ""));
        (all.StopAfter.TotalSeconds, all.LongestWait.TotalSeconds, (int)all.Values["mine"]!["a"]!).ShouldBe((1, 2, 1));
    }

    [Theory]
    [InlineData("""{"queue":7}""", "\"queue\"")]
    [InlineData("""{"OUTPUT_LEVEL":"LOUD"}""", "DEBUG, INFO, WARNING, ERROR, CRITICAL")]
    [InlineData("""{"parallel":0}""", "\"parallel\"")]
    [InlineData("""{"prefetch":70000}""", "\"prefetch\"")]
    [InlineData("""{"acknowledge":"never"}""", "received, answered")]
    [InlineData("""{"stop_seconds":-1}""", "\"stop_seconds\"")]
    [InlineData("""{"reconnect_seconds":0}""", "\"reconnect_seconds\"")]
    public void A_worker_that_cannot_be_is_refused_in_one_line(string text, string why) => Should.Throw<WorkerException>(() => WorkerSettings.Load(Written(text))).Message.ShouldContain(why);

    [Theory]
    [InlineData("debug", OutputLevel.Debug)]
    [InlineData("INFO", OutputLevel.Info)]
    [InlineData("warn", OutputLevel.Warning)]
    [InlineData("WARNING", OutputLevel.Warning)]
    [InlineData("Error", OutputLevel.Error)]
    [InlineData("fatal", OutputLevel.Critical)]
    [InlineData("CRITICAL", OutputLevel.Critical)]
    public void Every_spelling_of_a_level_is_known(string text, OutputLevel level) => WorkerSettings.Load(Written($$"""{"OUTPUT_LEVEL":"{{text}}"}""")).OutputLevel.ShouldBe(level);

    [Fact]
    public void Commands_are_run_as_the_file_says()
    {
        CommandSettings.Of(WorkerSettings.Load(Written("{}"))).Run.ShouldBe(["/bin/sh", "-c"]);
        var settings = CommandSettings.Of(WorkerSettings.Load(Written("""{"run":["ssh","{host}"],"timeout_seconds":0.5}""")));
        settings.Run.ShouldBe(["ssh", "{host}"]);
        settings.Timeout.ShouldBe(TimeSpan.FromMilliseconds(500));
        Should.Throw<WorkerException>(() => CommandSettings.Of(WorkerSettings.Load(Written("""{"run":[]}""")))).Message.ShouldContain("\"run\"");
        Should.Throw<WorkerException>(() => CommandSettings.Of(WorkerSettings.Load(Written("""{"timeout_seconds":0}""")))).Message.ShouldContain("\"timeout_seconds\"");
    }

    private string Written(string text)
    {
        var file = _folder.File($"{Guid.NewGuid():N}.json");
        File.WriteAllText(file, text);
        return file;
    }
}
