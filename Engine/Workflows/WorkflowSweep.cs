using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Muster.Engine.Hosting;
using Muster.Engine.Membership;
using Muster.Messages.Workflows;

namespace Muster.Engine.Workflows;

/// <summary>Finds workflows whose rows disagree with their processes, because a word between them was lost, and those that were making or ending processes when their node went. Of several core nodes the oldest does it.</summary>
internal sealed class WorkflowSweep : UntypedActor, IWithTimers
{
    private const int Limit = 1_000;

    private readonly EngineContext _engine;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public WorkflowSweep(EngineContext engine) => _engine = engine;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(EngineContext engine) => Akka.Actor.Props.Create(() => new WorkflowSweep(engine));

    protected override void PreStart()
    {
        // What the node before left half-done goes on at once.
        Self.Tell(Sweep.Instance);
        Timers.StartPeriodicTimer("sweep", Sweep.Instance, _engine.Options.ParentSweep);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Sweep when !Oldest.IsSelf(Cluster.Get(Context.System), EngineHosting.CoreRole):
                break;
            case Sweep:
                _engine.Store.Read.WorkflowsToLookAtAsync(Limit).PipeTo(Self, success: ids => new Found(ids));
                break;
            case Found m:
                var region = EngineContext.WorkflowRegion(Context.System);
                foreach (var id in m.Workflows)
                {
                    region.Tell(new WorkflowSignal.Look { Workflow = id });
                }

                break;
            case Status.Failure failure:
                _log.Warning(failure.Cause, "The sweep for workflows failed; the next one finds them");
                break;
        }
    }

    private sealed record Found(IReadOnlyList<WorkflowId> Workflows) : INoSerializationVerificationNeeded;

    private sealed class Sweep : INoSerializationVerificationNeeded
    {
        public static readonly Sweep Instance = new();
    }
}
