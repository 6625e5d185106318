using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Runtime;
using Muster.Runtime.Instances;
using Muster.Runtime.Pool;

namespace Muster.Tests.Runtime;

/// <summary>A pool between a router and processes that the test plays.</summary>
public abstract class PoolTest : TestKit
{
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly WorkRoot _work = new(Path.GetTempPath());

    protected PoolTest()
        : base("akka.loglevel = WARNING")
    {
        Router = CreateTestProbe();
    }

    internal FakeGate Gate { get; } = new();

    internal FakeRuntime Runtime { get; } = new();

    internal FakeTimeProvider Clock { get; } = new();

    internal TestProbe Router { get; }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _work.Dispose();
    }

    internal static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    internal static AttemptRef Attempt(string id, int number = 1) => new(new ProcessId("default", id), number);

    internal static ProcessSignal.Assignment Assignment(string demand, string id, int number = 1, Limits? limits = null) => new()
    {
        Process = new ProcessId("default", id),
        Demand = demand,
        Attempt = number,
        Spec = new ProcessSpec { Queue = "default", Func = "work", Limits = limits ?? new Limits { Lease = Lease } },
        LeaseUntil = limits?.Lease == TimeSpan.Zero ? null : DateTimeOffset.UnixEpoch + Lease,
        ExecUntil = limits?.MaxExec is { } exec ? DateTimeOffset.UnixEpoch + exec : null,
    };

    internal IActorRef Pool(int slots = 4, IRuntime? runtime = null, ImmutableArray<AdoptedAttempt>? adopted = null) => Sys.ActorOf(WorkerPool.Props(new PoolSetup
    {
        Namespace = "default",
        Queues = ["default"],
        Capability = new Capability { Executor = "node-1", Functions = ["work"], Runtimes = ["fake"] },
        Runtime = runtime ?? Runtime,
        Slots = slots,
        Gate = Gate,
        Router = Router,
        Work = _work,
        Clock = Clock,
        Adopted = adopted ?? [],
    }));

    internal async Task<string> AssignAsync(IActorRef pool, string id, Limits? limits = null)
    {
        var demand = (await DemandAsync()).DemandId;
        pool.Tell(Assignment(demand, id, limits: limits));
        await UntilAsync(() => Runtime.Started.ContainsKey(id));
        return demand;
    }

    internal async Task<DispatcherMessage.Demand> DemandAsync(Predicate<DispatcherMessage.Demand>? that = null) =>
        (DispatcherMessage.Demand)await Router.FishForMessageAsync(m => m is DispatcherMessage.Demand d && that?.Invoke(d) != false, TimeSpan.FromSeconds(20));

    /// <summary>A word that names all that the pool holds.</summary>
    internal Task<DispatcherMessage.Demand> WholeAsync(Predicate<DispatcherMessage.Demand> that) => DemandAsync(d => !d.Partial && that(d));

    internal async Task<T> SentAsync<T>(int count = 1)
        where T : ProcessCommand
    {
        await UntilAsync(() => Gate.Sent<T>().Count >= count);
        return Gate.Sent<T>()[count - 1];
    }

    internal Task UntilAsync(Func<bool> condition) => AwaitConditionAsync(() => Task.FromResult(condition()), TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(10));

    /// <summary>Lets time pass until something is so.</summary>
    internal Task PassUntilAsync(Func<bool> condition, TimeSpan step) => UntilAsync(() =>
    {
        if (condition())
        {
            return true;
        }

        Clock.Advance(step);
        return false;
    });
}
