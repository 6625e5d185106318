using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Muster.Engine.Clocks;
using Muster.Engine.Processes;
using Muster.Engine.Queues;
using Muster.Engine.Workflows;

namespace Muster.Engine.Hosting;

/// <summary>Starts what speaks to the shards of its own accord, once the regions of this node are known to their coordinators, and says then that this node is open.
/// What comes earlier waits in its region, and keeps a node that is stopped meanwhile from ending.</summary>
internal sealed class CoreActors : UntypedActor, IWithTimers
{
    /// <summary>Its name; the others are below it.</summary>
    public const string Name = "core";

    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan AskLimit = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly EngineContext _engine;
    private readonly Regions _regions = Regions.Of(Context.System);
    private readonly Address _here = Cluster.Get(Context.System).SelfAddress;
    private readonly Queue<string> _closed = new([EngineContext.Queues, EngineContext.Executors, EngineContext.Workflows, EngineContext.Channels, EngineContext.Processes, EngineContext.Schedules, EngineContext.Generators, EngineContext.Deployments]);

    public CoreActors(EngineContext engine) => _engine = engine;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(EngineContext engine) => Akka.Actor.Props.Create(() => new CoreActors(engine));

    protected override void PreStart() => Ask();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Answer m when _closed.TryPeek(out var type) && type == m.Type && m.Regions.Contains(_here):
                _closed.Dequeue();
                Ask();
                break;
            case Answer or Status.Failure:
                Timers.StartSingleTimer("ask", AskAgain.Instance, AskEvery);
                break;
            case AskAgain:
                Ask();
                break;
        }
    }

    private void Ask()
    {
        if (_closed.TryPeek(out var type))
        {
            // A region without a coordinator does not answer.
            _regions.Of(type).Ask<CurrentRegions>(GetCurrentRegions.Instance, AskLimit).PipeTo(Self, success: known => new Answer(type, known.Regions));
        }
        else
        {
            Open();
        }
    }

    private void Open()
    {
        _regions.ChildWaker = Context.ActorOf(ChildWaker.Props(_engine), "child-waker");
        _regions.Clock = Context.ActorOf(DeadlineClock.Props(_engine), "clock");
        Context.ActorOf(WorkflowSweep.Props(_engine), "workflow-sweep");
        Context.ActorOf(RetentionActor.Props(_engine), "retention");
        var dispatcher = Context.ActorOf(Dispatcher.Props(_engine), "dispatcher");
        // Regions end only when they hold no message for a shard that has moved out.
        CoordinatedShutdown.Get(Context.System).AddTask(CoordinatedShutdown.PhaseBeforeClusterShutdown, "stop-dispatcher", async () =>
        {
            await dispatcher.GracefulStop(StopLimit).ConfigureAwait(false);
            return Akka.Done.Instance;
        });
        _regions.IsOpen = true;
    }

    private sealed record Answer(string Type, IImmutableSet<Address> Regions) : INoSerializationVerificationNeeded;

    private sealed class AskAgain : INoSerializationVerificationNeeded
    {
        public static readonly AskAgain Instance = new();
    }
}
