using System.Net;
using System.Net.Sockets;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Programs;

/// <summary>The seed as a program: its options, its end, and what it refuses.</summary>
public sealed class SeedTests
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_stops_it_cleanly_and_running_work_is_given_back(string signal)
    {
        using var folder = new TestFolder();
        var url = $"http://127.0.0.1:{Ports.Free()}";
        string running;
        await using (var seed = SeedProcess.Start(folder.Path, url, "--urls", url, "--drain", "1s"))
        {
            await seed.ReadyAsync();
            running = await seed.Api.SubmitAsync("""{"func":"sleep","runtime":"dotnet","kwargs":{"seconds":600},"maxRetries":0}""");
            await seed.Api.UntilAsync(running, "running");
            await seed.SignalAsync(signal);
            (await seed.ExitAsync()).ShouldBe(0, seed.Output);
        }

        // Where it was started, it may not be allowed to write.
        Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).ShouldBe(["data"]);
        await using var again = SeedProcess.Start(folder.Path, url, "--urls", url, "--slots", "0");
        await again.ReadyAsync();
        var process = await again.Api.UntilAsync(running, "waiting");
        process["retries"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task It_serves_until_its_running_work_has_ended()
    {
        using var folder = new TestFolder();
        var url = $"http://127.0.0.1:{Ports.Free()}";
        var goOn = folder.File("go-on");
        await using var seed = SeedProcess.Start(folder.Path, url, "--urls", url, "--drain", "5m");
        await seed.ReadyAsync();
        var id = await seed.Api.SubmitAsync($$"""{"runtime":"exec","func":"sh","args":["-c","while [ ! -e '{{goOn}}' ]; do sleep 0.1; done; echo whole"]}""");
        await seed.Api.UntilAsync(id, "running");

        await seed.SignalAsync("TERM");
        await Eventually.SeeAsync(() => seed.Api.GetAsync("/health/ready"), health => health.Status == HttpStatusCode.ServiceUnavailable && health.Body!["detail"]!.GetValue<string>().Contains("stopping", StringComparison.Ordinal));
        // Longer than the two seconds that a command line usually gives its program to end.
        (await seed.Api.GetAsync($"/v1/processes/{id}?wait=3s")).Body!["status"]!.GetValue<string>().ShouldBe("running");
        await File.WriteAllTextAsync(goOn, "");

        (await seed.ExitAsync()).ShouldBe(0, seed.Output);
        await using var again = SeedProcess.Start(folder.Path, url, "--urls", url, "--slots", "0");
        await again.ReadyAsync();
        (await again.Api.UntilAsync(id, "succeeded"))["result"]!["output"]!.GetValue<string>().ShouldBe("whole\n");
    }

    [Fact]
    public async Task It_can_be_asked_for_its_health_where_there_is_no_HTTP_client()
    {
        using var folder = new TestFolder();
        var port = Ports.Free();
        (await CheckAsync()).ShouldBe(1);
        await using (var seed = SeedProcess.Start(folder.Path, $"http://127.0.0.1:{port}", "--urls", $"http://127.0.0.1:{port}", "--store", "memory"))
        {
            await seed.ReadyAsync();
            (await CheckAsync()).ShouldBe(0);
        }

        async Task<int> CheckAsync()
        {
            // As it stands in a container: where it listens is no address to call.
            await using var check = SeedProcess.Start(folder.Path, null, "healthcheck", "--urls", $"http://0.0.0.0:{port}");
            return await check.ExitAsync();
        }
    }

    [Fact]
    public async Task It_ends_as_well_when_it_is_stopped_at_once()
    {
        using var folder = new TestFolder();
        for (var i = 0; i < 3; i++)
        {
            var url = $"http://127.0.0.1:{Ports.Free()}";
            await using var seed = SeedProcess.Start(folder.Path, url, "--urls", url);
            await Eventually.SeeAsync(() => Task.FromResult(seed.Output), output => output.Contains("Application started", StringComparison.Ordinal));
            await seed.SignalAsync("TERM");
            (await seed.ExitAsync()).ShouldBe(0, seed.Output);
            seed.Output.ShouldNotContain("timed out");
        }
    }

    [Fact]
    public async Task A_second_seed_on_the_same_store_is_refused_with_the_reason()
    {
        using var folder = new TestFolder();
        var url = $"http://127.0.0.1:{Ports.Free()}";
        await using var first = SeedProcess.Start(folder.Path, url, "--urls", url);
        await first.ReadyAsync();
        await using var second = SeedProcess.Start(folder.Path, null, "--urls", "http://127.0.0.1:0");
        (await second.ExitAsync()).ShouldBe(2);
        second.Output.ShouldContain("in use by another process");
        (await first.Api.GetAsync("/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("--urls", "http://0.0.0.0:0", "is not loopback")]
    [InlineData("--urls", "ftp://127.0.0.1", "is not an address")]
    [InlineData("--remote", "10.1.2.3:4053", "mutual TLS")]
    [InlineData("--remote", "nonsense", "is not HOST:PORT")]
    [InlineData("--slots", "many", "--slots is a number")]
    [InlineData("--retention", "soon", "--retention is a time")]
    [InlineData("--drain", "soon", "--drain is a time")]
    [InlineData("--queues", "two words", "--queues: 'two words' is not an id")]
    [InlineData("--queues", "dev/cli:bash", "--queues: 'dev/cli:bash': there is no runtime 'bash'")]
    [InlineData("--config", "missing.hocon", "no such file")]
    [InlineData("--log-level", "loud", "--log-level is")]
    [InlineData("--store", "/proc/nowhere/x.db", "cannot be")]
    public async Task A_wrong_option_is_refused_with_the_reason(string option, string value, string reason)
    {
        using var folder = new TestFolder();
        await using var seed = SeedProcess.Start(folder.Path, null, option == "--urls" ? ["--urls", value] : ["--urls", "http://127.0.0.1:0", option, value]);
        (await seed.ExitAsync()).ShouldBe(2, seed.Output);
        seed.Output.ShouldContain(reason);
    }

    [Fact]
    public async Task A_busy_port_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var folder = new TestFolder();
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        await using var seed = SeedProcess.Start(folder.Path, null, "--urls", url);
        (await seed.ExitAsync()).ShouldBe(2);
        seed.Output.ShouldContain("is in use");
    }

    [Theory]
    [InlineData("--help", "--urls")]
    [InlineData("--version", "0.1.0")]
    public async Task Help_and_version_are_printed(string option, string expected)
    {
        using var folder = new TestFolder();
        await using var seed = SeedProcess.Start(folder.Path, null, option);
        (await seed.ExitAsync()).ShouldBe(0);
        seed.Output.ShouldContain(expected);
    }
}
