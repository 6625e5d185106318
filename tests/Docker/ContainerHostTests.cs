using System.Diagnostics;
using Muster.Runtime.Containers;
using Muster.Runtime.Instances;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Docker;

/// <summary>Containers of deployments on a real engine: podman, which serves the same API as Docker. One engine for all tests here.</summary>
public sealed class ContainerHostTests(ContainerEngine engine) : IClassFixture<ContainerEngine>, IAsyncLifetime
{
    private readonly string _owner = $"t{Guid.NewGuid():N}";
    private ContainerHost _host = null!;

    public Task InitializeAsync()
    {
        _host = Host(_owner);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var status in await _host.ListAsync())
        {
            await _host.RemoveAsync(status.Instance);
        }

        _host.Dispose();
    }

    [Fact]
    public async Task A_container_runs_with_its_environment_and_is_known_by_its_labels()
    {
        var spec = Spec("echo $A $B $MUSTER_INSTANCE; exec sleep 300") with { Env = Spec("").Env.Add("A", "1"), Secrets = Spec("").Secrets.Add("B", "2") };

        var started = await _host.StartAsync(spec);

        started.ShouldSatisfyAllConditions(s => s.State.ShouldBe(InstanceState.Healthy), s => s.Deployment.ShouldBe("d"), s => s.Namespace.ShouldBe("default"), s => s.Revision.ShouldBe(1));
        using var another = Host(_owner);
        (await another.ListAsync()).ShouldBe([started], "another program finds it");
        await LogIsAsync("1 2 i-1");
        using var stranger = Host("other");
        (await stranger.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_again_changes_nothing_and_another_revision_replaces()
    {
        var first = await _host.StartAsync(Spec("exec sleep 300"));
        (await _host.StartAsync(Spec("exec sleep 300"))).Container.ShouldBe(first.Container);

        var second = await _host.StartAsync(Spec("exec sleep 300") with { Revision = 2 });

        second.Container.ShouldNotBe(first.Container);
        (await _host.ListAsync()).ShouldBe([second]);
    }

    [Fact]
    public async Task What_ended_is_told_with_its_exit_code_and_starts_again()
    {
        var first = await _host.StartAsync(Spec("echo run; exit 3"));
        var ended = (await Eventually.SeeAsync(() => ListAsync(), l => l is [{ State: InstanceState.Exited }])).Single();
        ended.ShouldSatisfyAllConditions(s => s.ExitCode.ShouldBe(3), s => s.Reason.ShouldBe("It ended with exit code 3."));

        (await _host.StartAsync(Spec("echo run; exit 3"))).Container.ShouldBe(first.Container);

        await Eventually.SeeAsync(async () => await _host.LogAsync("i-1", 10), l => l is ["run", "run"]);
    }

    [Fact]
    public async Task A_container_that_was_killed_is_seen_and_started_again()
    {
        await _host.StartAsync(Spec("exec sleep 3517"));
        var pid = (await Shell.RunAsync("pgrep", "-f", "^sleep 3517")).Trim();

        await Shell.RunAsync("kill", "-9", pid);

        (await Eventually.SeeAsync(() => ListAsync(), l => l is [{ State: InstanceState.Exited }])).Single().ExitCode.ShouldBe(137);
        (await _host.StartAsync(Spec("exec sleep 3517"))).State.ShouldBe(InstanceState.Healthy);
    }

    [Fact]
    public async Task A_stop_asks_first_and_a_remove_leaves_nothing()
    {
        await _host.StartAsync(Spec("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"));
        await LogIsAsync("up");

        await _host.StopAsync("i-1", TimeSpan.FromSeconds(10));

        (await ListAsync()).Single().ExitCode.ShouldBe(0);
        (await _host.LogAsync("i-1", 1)).ShouldBe(["bye"]);
        await _host.RemoveAsync("i-1");
        (await ListAsync()).ShouldBeEmpty();
        await _host.RemoveAsync("i-1");
        await _host.StopAsync("i-1", TimeSpan.Zero);
        (await _host.LogAsync("i-1", 1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_image_that_is_not_there_and_a_command_that_is_not_are_refused_and_leave_nothing()
    {
        (await Should.ThrowAsync<ContainerEngineException>(() => _host.StartAsync(Spec("") with { Image = "localhost/nothing" }))).Message.ShouldContain("localhost/nothing");
        (await Should.ThrowAsync<ContainerEngineException>(() => _host.StartAsync(Spec("") with { Command = ["/bin/nothing"] }))).Message.ShouldContain("/bin/nothing");
        (await Should.ThrowAsync<ArgumentException>(() => _host.StartAsync(Spec("") with { Image = "", Deployment = "a b" }))).Message.ShouldContain("image:");

        (await ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_engine_that_is_not_there_is_said_so()
    {
        using var nowhere = new ContainerHost(new ContainerHostOptions { Owner = "o", Engine = new Uri("unix:///nowhere/engine.sock") });

        (await Should.ThrowAsync<ContainerEngineException>(() => nowhere.ListAsync())).Message.ShouldStartWith("The engine does not answer: ");
    }

    private static ContainerSpec Spec(string script) => new()
    {
        Instance = "i-1",
        Deployment = "d",
        Namespace = "default",
        Revision = 1,
        Image = ContainerEngine.Image,
        Command = ["/bin/sh", "-c", script],
    };

    // The network of the machine, and limits below what a machine allows that forbids to raise them.
    private ContainerHost Host(string owner) => new(new ContainerHostOptions { Owner = owner, Engine = engine.Address, Network = "host", OpenFiles = 4_096, Processes = 4_096 });

    private async Task<IReadOnlyList<ContainerStatus>> ListAsync() => await _host.ListAsync();

    private Task LogIsAsync(string line) => Eventually.SeeAsync(async () => await _host.LogAsync("i-1", 10), l => l.Contains(line));
}
