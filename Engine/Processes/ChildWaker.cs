using Akka.Actor;
using Akka.Event;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Engine.Processes;

/// <summary>Wakes the children of processes that became final on this node: one query for all that became final while the last query ran.</summary>
/// <remarks>A wake-up that is lost with its node is made up for by sweeps over the tables: for blocked children now and then, for those of retried parents at its start.</remarks>
internal sealed class ChildWaker : UntypedActor, IWithTimers
{
    private const int SweepLimit = 1_000;
    private const int StartLimit = 100_000;

    private static readonly TimeSpan ReadAgain = TimeSpan.FromSeconds(1);

    private readonly EngineContext _engine;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<ProcessId> _finished = [];
    private readonly HashSet<ProcessId> _reopened = [];
    private bool _reading;

    public ChildWaker(EngineContext engine) => _engine = engine;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(EngineContext engine) => Akka.Actor.Props.Create(() => new ChildWaker(engine));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("sweep", Sweep.Instance, _engine.Options.ParentSweep);
        _engine.Store.Read.EndedByRetriedParentsAsync(StartLimit).PipeTo(
            Self, success: rows => new Children([], rows), failure: e => new Failed([], [], e));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Finished m:
                _finished.Add(m.Process);
                Read();
                break;
            case Reopened m:
                _reopened.Add(m.Process);
                Read();
                break;
            case Children m:
                _reading = false;
                Wake(m);
                Read();
                break;
            case Failed m:
                _log.Warning(m.Why, "Children could not be read; tried again");
                _finished.UnionWith(m.Finished);
                _reopened.UnionWith(m.Reopened);
                Timers.StartSingleTimer("again", Again.Instance, ReadAgain);
                break;
            case Again:
                _reading = false;
                Read();
                break;
            case Sweep:
                _engine.Store.Read.UnheldAsync(SweepLimit).PipeTo(Self, success: ids => new Unheld(ids));
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

    private void Read()
    {
        if (_reading || (_finished.Count == 0 && _reopened.Count == 0))
        {
            return;
        }

        _reading = true;
        var finished = _finished.ToList();
        var reopened = _reopened.ToList();
        _finished.Clear();
        _reopened.Clear();
        ReadAsync().PipeTo(Self, failure: e => new Failed(finished, reopened, e));

        async Task<Children> ReadAsync()
        {
            var read = _engine.Store.Read;
            return new Children(
                await read.ChildrenOfAsync(finished).ConfigureAwait(false),
                reopened.Count == 0 ? [] : await read.ChildrenOfAsync(reopened).ConfigureAwait(false));
        }
    }

    private void Wake(Children children)
    {
        var region = EngineContext.ProcessRegion(Context.System);
        foreach (var word in ChildWords.OfFinished(children.OfFinished))
        {
            region.Tell(word);
        }

        foreach (var word in ChildWords.OfReopened(children.OfReopened, Guid.NewGuid().ToString("N")))
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

    private sealed record Failed(IReadOnlyList<ProcessId> Finished, IReadOnlyList<ProcessId> Reopened, Exception Why) : INoSerializationVerificationNeeded;

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
