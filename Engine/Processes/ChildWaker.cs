using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Muster.Engine.Hosting;
using Muster.Engine.Membership;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Engine.Processes;

/// <summary>Wakes the children of processes that became final on this node: one query for all that became final while the last query ran.</summary>
/// <remarks>
/// A wake-up that is lost is made up for by sweeps over the tables: for blocked children now and then, by the oldest node; for those
/// of retried parents at its start, for some time after each retry, and when a node was lost.
/// </remarks>
internal sealed class ChildWaker : UntypedActor, IWithTimers
{
    private const int SweepLimit = 1_000;
    private const int LookLimit = 100_000;

    private static readonly TimeSpan ReadAgain = TimeSpan.FromSeconds(1);

    private readonly EngineContext _engine;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ChildBook _book = new();

    public ChildWaker(EngineContext engine) => _engine = engine;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(EngineContext engine) => Akka.Actor.Props.Create(() => new ChildWaker(engine));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("sweep", Sweep.Instance, _engine.Options.ParentSweep);
        Cluster.Get(Context.System).Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberRemoved));
        Look();
    }

    protected override void PostStop() => Cluster.Get(Context.System).Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.MemberRemoved m when m.Member.HasRole(EngineHosting.CoreRole):
                LookNow();
                break;
            case Finished m:
                _book.Finished(m.Process);
                Read();
                break;
            case Reopened m:
                _book.Reopened(m.Process);
                Read();
                break;
            case Children m:
                _book.End();
                Wake(m);
                Read();
                break;
            case Failed m:
                _log.Warning(m.Why, "Children could not be read; tried again");
                _book.Failed(m.Read);
                Timers.StartSingleTimer("again", Again.Instance, ReadAgain);
                break;
            case Again:
                _book.End();
                Read();
                break;
            case Sweep:
                Look();
                if (Oldest.IsSelf(Cluster.Get(Context.System), EngineHosting.CoreRole))
                {
                    _engine.Store.Read.UnheldAsync(SweepLimit).PipeTo(Self, success: ids => new Unheld(ids));
                }

                break;
            case Ended m:
                _book.Looked();
                Reopen(m.ByRetriedParents);
                break;
            case Unheld m:
                var region = EngineContext.ProcessRegion(Context.System);
                foreach (var id in m.Processes)
                {
                    region.Tell(new ProcessSignal.LookAtParents { Process = id });
                }

                break;
            case Status.Failure failure:
                _log.Warning(failure.Cause, "The sweep for children failed; the next one finds them");
                break;
        }
    }

    private void Look()
    {
        if (_book.ShouldLook)
        {
            LookNow();
        }
    }

    private void LookNow() => _engine.Store.Read.EndedByRetriedParentsAsync(LookLimit).PipeTo(Self, success: rows => new Ended(rows));

    private void Read()
    {
        if (_book.Begin() is { } next)
        {
            ReadAsync().PipeTo(Self, failure: e => new Failed(next, e));
        }

        async Task<Children> ReadAsync()
        {
            var read = _engine.Store.Read;
            return new Children(
                await read.ChildrenOfAsync(next.Finished).ConfigureAwait(false),
                next.Reopened.Count == 0 ? [] : await read.ChildrenOfAsync(next.Reopened).ConfigureAwait(false));
        }
    }

    private void Wake(Children children)
    {
        var region = EngineContext.ProcessRegion(Context.System);
        foreach (var word in ChildWords.OfFinished(children.OfFinished))
        {
            region.Tell(word);
        }

        Reopen(children.OfReopened);
    }

    private void Reopen(IReadOnlyList<(ProcessId Parent, ProcessId Child, ProcessStatus Status)> children)
    {
        var region = EngineContext.ProcessRegion(Context.System);
        foreach (var word in ChildWords.OfReopened(children, Guid.NewGuid().ToString("N")))
        {
            region.Tell(word);
        }
    }

    /// <summary>A process became final.</summary>
    internal sealed record Finished(ProcessId Process, ProcessStatus Status) : INoSerializationVerificationNeeded;

    /// <summary>A process is no longer final.</summary>
    internal sealed record Reopened(ProcessId Process) : INoSerializationVerificationNeeded;

    private sealed record Children(
        IReadOnlyList<(ProcessId Parent, ProcessId Child, ProcessStatus Status)> OfFinished,
        IReadOnlyList<(ProcessId Parent, ProcessId Child, ProcessStatus Status)> OfReopened) : INoSerializationVerificationNeeded;

    private sealed record Failed(ChildRead Read, Exception Why) : INoSerializationVerificationNeeded;

    private sealed record Ended(IReadOnlyList<(ProcessId Parent, ProcessId Child, ProcessStatus Status)> ByRetriedParents) : INoSerializationVerificationNeeded;

    private sealed class Again : INoSerializationVerificationNeeded
    {
        public static readonly Again Instance = new();
    }

    private sealed record Unheld(IReadOnlyList<ProcessId> Processes) : INoSerializationVerificationNeeded;

    private sealed class Sweep : INoSerializationVerificationNeeded
    {
        public static readonly Sweep Instance = new();
    }
}
