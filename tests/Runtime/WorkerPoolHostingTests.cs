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
    [InlineData("node", "no/slash", 1)]
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
