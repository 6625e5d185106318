using System.Text;

namespace Muster.Tests.Workers.Flamenco;

public sealed class RegistrationTests : FlamencoTest
{
    [Fact]
    public async Task A_new_worker_registers_keeps_id_and_secret_and_the_next_time_signs_on()
    {
        await File.WriteAllTextAsync(Home, "# mine\n[flamenco-worker]\nmay_i_run_interval_seconds = 0.2\n\n[other]\nx = 1\n");
        await Manager.TellAsync("settings", new { registration_secret = "s3cret" });
        var worker = Start("worker_registration_secret = s3cret");
        await SeenAsync("POST /task");
        (await worker.StopAsync()).ShouldBe(0);

        var registered = (await Manager.RecordAsync("POST /register-worker")).ShouldHaveSingleItem();
        registered.Body!["platform"]!.GetValue<string>().ShouldBe("linux");
        registered.Body["nickname"]!.GetValue<string>().ShouldBe(Environment.MachineName);
        registered.Body["supported_task_types"]!.AsArray().Select(t => t!.GetValue<string>()).ShouldBe(["test", "sleep"]);
        registered.Body["supported_job_types"].ShouldBeNull();
        registered.Headers["user-agent"].ShouldStartWith("Flamenco-Worker/2.");
        (await Manager.RecordAsync("POST /sign-on")).ShouldBeEmpty();
        var text = await File.ReadAllTextAsync(Home);
        text.ShouldStartWith("# mine\n[flamenco-worker]\nmay_i_run_interval_seconds = 0.2\nworker_id = ");
        text.ShouldContain($"worker_secret = {registered.Body["secret"]}\n\n[other]\nx = 1\n");
        File.GetUnixFileMode(Home).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        worker = Restart();
        await SeenAsync("POST /sign-on");
        (await worker.StopAsync()).ShouldBe(0);
        (await Manager.RecordAsync("POST /register-worker")).Count.ShouldBe(1);
        (await Manager.RecordAsync("POST /sign-on")).ShouldHaveSingleItem().Status.ShouldBe(204);
        (await Manager.RecordAsync("POST /sign-off")).Count.ShouldBe(2);
        var ask = (await Manager.RecordAsync("POST /task"))[0];
        ask.Headers["content-length"].ShouldBe("0");
        ask.Headers.ShouldNotContainKey("content-type");
        ask.Headers["authorization"].ShouldBe("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Id}:{registered.Body["secret"]}")));
    }

    [Fact]
    public async Task Registration_is_tried_until_it_succeeds_and_once_when_that_was_asked_for()
    {
        await Manager.RulesAsync(new { path = "/register-worker", status = 500, times = 1 }, new { path = "/register-worker", status = 200, body = "<html>welcome</html>", times = 1 }, new { path = "/register-worker", drop = true, times = 1 });
        await Manager.KillAsync();
        var once = Start("", "--register-once");
        (await once.ExitAsync()).ShouldBe(1);
        once.Output.ShouldContain("cannot be reached for the registration");
        once.Output.Trim().Split('\n').ShouldHaveSingleItem();

        var worker = Restart();
        await Eventually.Holds(() => worker.Output.Contains("Trying again", StringComparison.Ordinal), "it says that it tries again");
        await Manager.StartAsync();
        await SeenAsync("POST /task");
        (await Manager.RecordAsync("POST /register-worker")).Select(r => r.Status).ShouldBe([500, 200, 0, 200], ignoreOrder: false);
        (await Manager.RecordAsync("POST /register-worker")).Select(r => r.Body!["secret"]!.GetValue<string>()).Distinct().Count().ShouldBe(1);
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_registration_secret_ends_the_worker_with_one_line()
    {
        await Manager.TellAsync("settings", new { registration_secret = "right" });
        var worker = Start("worker_registration_secret = wrong");
        (await worker.ExitAsync()).ShouldBe(1);
        worker.Output.ShouldContain("refuses the registration: 403");
        worker.Output.Trim().Split('\n').ShouldHaveSingleItem();
        File.Exists(Home).ShouldBeFalse();
    }

    [Fact]
    public async Task A_worker_that_is_not_known_any_more_registers_again_once()
    {
        await File.WriteAllTextAsync(Home, "[flamenco-worker]\nworker_id = gone\nworker_secret = old\n");
        var worker = Start();
        await SeenAsync("POST /task");
        (await worker.StopAsync()).ShouldBe(0);
        (await Manager.RecordAsync("POST /")).Take(3).Select(r => $"{r.Path} {r.Status}").ShouldBe(["/sign-on 401", "/register-worker 200", "/sign-on 204"]);
        Id.ShouldNotBe("gone");

        await Manager.TellAsync("settings", new { reject = true });
        worker = Restart();
        (await worker.ExitAsync()).ShouldBe(1);
        worker.Output.ShouldContain("does not accept the worker that it has just registered");
    }

    [Fact]
    public async Task The_first_versions_are_understood_job_types_and_a_manager_without_sign_on()
    {
        await Manager.RulesAsync(new { path = "/sign-(on|off)", status = 404 });
        await File.WriteAllTextAsync(Home, "[flamenco-worker]\ntask_types =\njob_types = old sleep\n");
        var worker = Start();
        await SeenAsync("POST /task");
        (await worker.StopAsync()).ShouldBe(0);
        var body = (await Manager.RecordAsync("POST /register-worker")).ShouldHaveSingleItem().Body!;
        body["supported_job_types"]!.ToJsonString().ShouldBe("""["old","sleep"]""");
        worker = Restart("--reregister", "--test");
        await SeenAsync("POST /ack-status-change/testing");
        (await worker.StopAsync()).ShouldBe(0);
        (await Manager.RecordAsync("POST /register-worker"))[1].Body!["supported_task_types"]!.ToJsonString().ShouldBe("""["test-blender-render"]""");
    }

    [Fact]
    public async Task A_home_file_that_cannot_be_written_is_said_and_the_worker_works()
    {
        Directory.CreateDirectory(Home + "~");
        await File.WriteAllTextAsync(Path.Combine(Home + "~", "x"), "");
        var worker = Start();
        await SeenAsync("POST /task");
        worker.Output.ShouldContain("id and secret cannot be written to");
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_half_written_home_file_is_not_overwritten()
    {
        await File.WriteAllTextAsync(Home, "[flamenco-worker]\nworker_id = 123\nworker_sec");
        var worker = Start();
        (await worker.ExitAsync()).ShouldBe(47);
        worker.Output.Trim().ShouldBe($"The configuration cannot be used. {Home}, line 3: 'worker_sec' is neither a [section] nor a 'key = value'.");
        (await Manager.RecordAsync()).ShouldBeEmpty();
    }

    private string Id => File.ReadAllLines(Home).Single(l => l.StartsWith("worker_id", StringComparison.Ordinal)).Split('=')[1].Trim();
}
