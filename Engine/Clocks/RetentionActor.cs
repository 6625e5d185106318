using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Muster.Engine.Hosting;
using Muster.Engine.Membership;

namespace Muster.Engine.Clocks;

/// <summary>Removes finished processes beyond the retention, a small batch after the other. Of several seeds the oldest does it: they would only wait for each other.</summary>
internal sealed class RetentionActor : UntypedActor, IWithTimers
{
    private const int Batch = 200;

    private readonly EngineContext _engine;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public RetentionActor(EngineContext engine) => _engine = engine;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(EngineContext engine) => Akka.Actor.Props.Create(() => new RetentionActor(engine));

    protected override void PreStart() => Timers.StartPeriodicTimer("sweep", Sweep.Instance, _engine.Options.RetentionSweep);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Sweep when !Oldest.IsSelf(Cluster.Get(Context.System), EngineHosting.SeedRole):
                break;
            case Sweep:
                _engine.Store.Rows.RemoveFinishedAsync(_engine.Clock.GetUtcNow() - _engine.Options.Retention, Batch).PipeTo(Self, success: n => new Removed(n));
                break;
            case Removed m when m.Count > 0:
                _log.Info("Removed {Count} finished processes older than {Days} days", m.Count, _engine.Options.Retention.TotalDays);
                if (m.Count == Batch)
                {
                    Self.Tell(Sweep.Instance);
                }

                break;
            case Status.Failure failure:
                _log.Warning(failure.Cause, "Finished processes could not be removed; the next round tries again");
                break;
        }
    }

    private sealed record Removed(int Count) : INoSerializationVerificationNeeded;

    private sealed class Sweep : INoSerializationVerificationNeeded
    {
        public static readonly Sweep Instance = new();
    }
}
