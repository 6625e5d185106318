using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Muster.Engine.Hosting;
using Muster.Engine.Membership;

namespace Muster.Engine.Clocks;

/// <summary>Removes finished processes, and what executors wrote beside them, beyond the retention, a small batch after the other. Of several seeds the oldest does it: they would only wait for each other.</summary>
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
                RemoveAsync().PipeTo(Self);
                break;
            case Removed m when m.Processes > 0 || m.Messages > 0:
                _log.Info(
                    "Removed {Count} finished processes and {Messages} messages of executors older than {Days} days", m.Processes, m.Messages, _engine.Options.Retention.TotalDays);
                if (m.Processes == Batch || m.Messages == Batch)
                {
                    Self.Tell(Sweep.Instance);
                }

                break;
            case Status.Failure failure:
                _log.Warning(failure.Cause, "Finished processes could not be removed; the next round tries again");
                break;
        }
    }

    private async Task<Removed> RemoveAsync()
    {
        var before = _engine.Clock.GetUtcNow() - _engine.Options.Retention;
        var processes = await _engine.Store.Rows.RemoveFinishedAsync(before, Batch).ConfigureAwait(false);
        return new Removed(processes, await _engine.Store.Rows.RemoveMessagesAsync(null, before, Batch).ConfigureAwait(false));
    }

    private sealed record Removed(int Processes, int Messages) : INoSerializationVerificationNeeded;

    private sealed class Sweep : INoSerializationVerificationNeeded
    {
        public static readonly Sweep Instance = new();
    }
}
