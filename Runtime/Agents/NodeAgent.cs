using System.Runtime.Versioning;
using Akka.Actor;
using Akka.Event;
using Muster.Messages.Deployments;
using Muster.Runtime.Instances;

namespace Muster.Runtime.Agents;

/// <summary>The instances of this node, as the reconciler orders them. It keeps nothing that the folders of the instances do not have: one that starts after a crash finds them as they are.</summary>
[SupportedOSPlatform("linux")]
internal sealed class NodeAgent : UntypedActor, IWithTimers, IWithStash
{
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(5);

    private readonly NodeAgentOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private InstanceHost? _host;
    private InstancePools? _pools;
    private AgentInstances? _instances;
    private IActorRef _reconciler = ActorRefs.Nobody;
    private long _term;
    private long _taken;
    private bool _leaving;

    public NodeAgent(NodeAgentOptions options, TimeProvider clock) => (_options, _clock) = (options, clock);

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    public static Props Props(NodeAgentOptions options, TimeProvider clock) => Akka.Actor.Props.Create(() => new NodeAgent(options, clock));

    protected override void PreStart()
    {
        if (!_options.Takes)
        {
            _leaving = true;
            return;
        }

        var self = Self;
        void Changed() => self.Tell(HasChanged.Instance);
        _pools = InstancePools.Of(Context.System, _options.Capability, _clock);
        _host = InstanceFolders.Open(_options.Folder, _pools, _ => Changed(), _clock);
        _instances = new AgentInstances(_host, _options.Secrets, _clock, Changed);
        _host.AdoptAsync().PipeTo(Self, success: found => new Adopted(found.Length));
        BecomeStacked(Adopting);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AgentMessage m when m.Term < _term:
                break;
            case AgentMessage.Watch m:
                Listen(m.Term, Sender);
                Report();
                break;
            case AgentMessage.Order m when m.Term == _term && m.Number == _taken + 1 && !_leaving:
                _taken = m.Number;
                _instances?.Take(m);
                Soon();
                break;
            case AgentMessage.Order:
                // One before it was lost, or it was taken already; the report says so.
                Soon();
                break;
            case AgentMessage.ReadLog m:
                Sender.Tell(new AgentMessage.LogLines { Term = m.Term, Lines = _instances?.Log(m.Instance, m.Lines) ?? [] });
                break;
            case HasChanged:
                Soon();
                break;
            case SayIt:
                Report();
                break;
            case AgentLeave m:
                End(m.LetGo, Sender);
                break;
        }
    }

    private void Adopting(object message)
    {
        switch (message)
        {
            case Adopted m:
                if (m.Count > 0)
                {
                    _log.Info("This node has {Count} instances of an earlier life", m.Count);
                }

                UnbecomeStacked();
                Stash.UnstashAll();
                break;
            case Status.Failure m:
                _log.Error(m.Cause, "The instances of an earlier life cannot be read; this node takes none");
                _leaving = true;
                UnbecomeStacked();
                Stash.UnstashAll();
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    // A new reconciler counts anew.
    private void Listen(long term, IActorRef reconciler)
    {
        if (term > _term)
        {
            (_term, _taken) = (term, 0);
        }

        _reconciler = reconciler;
    }

    private void Soon() => Timers.StartSingleTimer("report", SayIt.Instance, Together);

    private void Report() => _reconciler.Tell(new AgentMessage.Report
    {
        Term = _term,
        Taken = _taken,
        Node = _options.Node,
        Labels = _options.Labels.SetItem("muster.node", _options.Node),
        Cpu = Environment.ProcessorCount,
        Memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        Leaving = _leaving,
        Instances = _instances?.Seen ?? [],
    });

    private void End(bool letGo, IActorRef sender)
    {
        _leaving = true;
        Report();
        EndAsync(letGo).PipeTo(sender, success: () => Akka.Done.Instance, failure: _ => Akka.Done.Instance);
    }

    private async Task EndAsync(bool letGo)
    {
        if (_host is null)
        {
            return;
        }

        if (!letGo)
        {
            await _instances!.StopAllAsync(_options.Drain).ConfigureAwait(false);
        }

        await _host.DisposeAsync().ConfigureAwait(false);
        _pools!.Dispose();
        if (_options.Passing)
        {
            Directory.Delete(_options.Folder, recursive: true);
        }
    }

    private sealed record Adopted(int Count) : INoSerializationVerificationNeeded;

    private sealed class HasChanged : INoSerializationVerificationNeeded
    {
        public static readonly HasChanged Instance = new();
    }

    private sealed class SayIt : INoSerializationVerificationNeeded
    {
        public static readonly SayIt Instance = new();
    }
}
