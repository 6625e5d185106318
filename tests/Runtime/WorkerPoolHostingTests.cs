using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Muster.Client.Handlers;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Runtime.Hosting;
using Muster.Runtime.Pool;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

public sealed class WorkerPoolHostingTests : TestKit
{
    private readonly FakeGate _gate = new();
    private readonly HandlerRegistry _handlers = new HandlerRegistry().Add("f", _ => Task.FromResult<JsonElement?>(null));
    private readonly TestProbe _router;

    public WorkerPoolHostingTests()
        : base("akka.loglevel = WARNING")
    {
        _router = CreateTestProbe();
        Sys.ActorOf(Props.Create(() => new Forwarder(_router)), "work-router");
    }

    [Fact]
    public async Task A_pool_of_handlers_offers_its_functions_and_takes_no_commands()
    {
        Start(new WorkerPoolOptions { Executor = "node-1" });

        var capability = (await DemandOfAsync("dotnet")).Capability;

        capability.Functions.ShouldBe(["f"]);
        capability.Executor.ShouldBe("node-1");
        CanTake(capability, "f", null).ShouldBeTrue();
        CanTake(capability, "f", "dotnet").ShouldBeTrue();
        CanTake(capability, "other", "dotnet").ShouldBeFalse();
        CanTake(capability, "f", "exec").ShouldBeFalse();
    }

    [Fact]
    public async Task A_pool_of_commands_takes_only_what_asks_for_commands()
    {
        Start(new WorkerPoolOptions { ExecAllowed = true, ExecSlots = 5 });

        var demand = await DemandOfAsync("exec");

        demand.Free.ShouldBe(5);
        CanTake(demand.Capability, "ls", "exec").ShouldBeTrue();
        CanTake(demand.Capability, "ls", null).ShouldBeFalse();
        CanTake(demand.Capability, "f", "dotnet").ShouldBeFalse();
    }

    [Fact]
    public async Task Commands_are_run_only_where_that_is_allowed()
    {
        Start(new WorkerPoolOptions());

        await DemandOfAsync("dotnet");
        Sys.ActorSelection($"/user/{WorkerPoolHosting.ActorName}/*").Tell(new Identify(1), TestActor);
        (await ExpectMsgAsync<ActorIdentity>()).Subject.Path.Name.ShouldBe("default-dotnet");
        HasMessages.ShouldBeFalse();
    }

    [Fact]
    public async Task Each_namespace_has_a_demand_of_its_own()
    {
        Start(new WorkerPoolOptions { Namespaces = ["one", "two"], Queues = ["a", "b"] });

        var first = await DemandOfAsync("dotnet", "one");
        var second = await DemandOfAsync("dotnet", "two");

        first.DemandId.ShouldNotBe(second.DemandId);
        first.Queues.ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_queue_of_another_namespace_can_have_its_commands_run_without_naming_a_runtime()
    {
        Start(new WorkerPoolOptions { ExecAllowed = true, Queues = ["default", "dev/cli:exec"] });

        var usual = await DemandOfAsync("exec");
        var other = await DemandOfAsync("exec", "dev");
        var handlers = await DemandOfAsync("dotnet", "dev");

        usual.Queues.ShouldBe(["default"]);
        CanTake(usual.Capability, "env", null).ShouldBeFalse();
        other.Queues.ShouldBe(["cli"]);
        CanTake(other.Capability, "env", null).ShouldBeTrue();
        CanTake(other.Capability, "env", "exec").ShouldBeTrue();
        CanTake(other.Capability, "f", "dotnet").ShouldBeFalse();

        // One of the two has it, and not whoever is first.
        CanTake(handlers.Capability, "f", null).ShouldBeFalse();
        CanTake(handlers.Capability, "f", "dotnet").ShouldBeTrue();
    }

    [Fact]
    public async Task Queues_of_one_namespace_that_differ_in_their_runtime_have_pools_of_their_own()
    {
        Start(new WorkerPoolOptions { ExecAllowed = true, Queues = ["a", "b:exec", "c:dotnet", "a", "default/a"] });

        Dictionary<string, bool> pools = [];
        for (var i = 0; i < 4; i++)
        {
            var demand = (DispatcherMessage.Demand)await _router.FishForMessageAsync(m => m is DispatcherMessage.Demand { Version: 1 });
            pools.Add($"{demand.Capability.Runtimes.Single()} {string.Join(',', demand.Queues)}", demand.Capability.NamedRuntimeOnly);
        }

        pools.ShouldBe(new Dictionary<string, bool> { ["dotnet a,c"] = false, ["dotnet b"] = true, ["exec a,c"] = true, ["exec b"] = false }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("two words", "'two words' is not an id")]
    [InlineData("a/b/c", "'a/b/c': 'b/c' is not an id")]
    [InlineData("/cli", "'/cli': '' is not an id")]
    [InlineData("dev/", "'dev/': '' is not an id")]
    [InlineData("dev/:exec", "'dev/:exec': '' is not an id")]
    [InlineData("cli:", "'cli:': there is no runtime ''")]
    [InlineData("dev/cli:bash", "there is no runtime 'bash'. Behind the colon stands exec or dotnet.")]
    [InlineData("cli:exec:exec", "there is no runtime 'exec:exec'")]
    [InlineData("cli,cli:exec", "'cli' and 'cli:exec' are one queue with two runtimes")]
    [InlineData("cli:dotnet,default/cli:exec", "are one queue with two runtimes")]
    public void A_wrong_entry_of_the_queues_is_refused_with_the_reason(string entries, string reason) =>
        Should.Throw<ArgumentException>(() => Start(new WorkerPoolOptions { ExecAllowed = true, Queues = entries.Split(',') })).Message.ShouldContain(reason);

    [Fact]
    public void A_queue_whose_commands_are_not_allowed_is_refused() =>
        Should.Throw<ArgumentException>(() => Start(new WorkerPoolOptions { Queues = ["cli:exec"] })).Message.ShouldContain("--exec");

    [Fact]
    public async Task A_shutdown_drains_the_pools_first()
    {
        var started = new TaskCompletionSource();
        var end = new TaskCompletionSource<JsonElement?>();
        _handlers.Add("slow", _ =>
        {
            started.SetResult();
            return end.Task;
        });
        Start(new WorkerPoolOptions { DrainTimeout = TimeSpan.FromMinutes(1) });
        var demand = await DemandOfAsync("dotnet");
        demand.Requester.Ref.Tell(PoolTest.Assignment(demand.DemandId, "a") with { Spec = new ProcessSpec { Queue = "default", Func = "slow" } });
        await started.Task;

        var shutdown = CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ClrExitReason.Instance);
        await _router.FishForMessageAsync(m => m is DispatcherMessage.Demand { Free: 0, Received: 1 });
        shutdown.IsCompleted.ShouldBeFalse();
        end.SetResult(null);

        await shutdown;
        _gate.Commands.ShouldHaveSingleItem().ShouldBeOfType<ProcessCommand.Complete>();
    }

    [Theory]
    [InlineData("no spaces", "default", 1)]
    [InlineData("node", "no spaces", 1)]
    [InlineData("node", "default", 0)]
    public void Wrong_options_are_refused(string executor, string queue, int slots) =>
        Should.Throw<ArgumentException>(() => Start(new WorkerPoolOptions { Executor = executor, Queues = [queue], Slots = slots }));

    private static bool CanTake(Capability capability, string func, string? runtime) => new Requirements { Func = func, Runtime = runtime }.CanBeTakenBy(capability);

    private void Start(WorkerPoolOptions options) => WorkerPoolHosting.Start(Sys, options, _handlers, _gate, TimeProvider.System);

    private async Task<DispatcherMessage.Demand> DemandOfAsync(string runtime, string ns = "default") =>
        (DispatcherMessage.Demand)await _router.FishForMessageAsync(m => m is DispatcherMessage.Demand d && d.Namespace == ns && d.Capability.Runtimes.Contains(runtime));

    private sealed class Forwarder(IActorRef to) : UntypedActor
    {
        protected override void OnReceive(object message) => to.Forward(message);
    }
}
