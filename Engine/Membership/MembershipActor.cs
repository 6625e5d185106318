using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Muster.Engine.Hosting;
using Muster.Persistence.Journal;
using Muster.Persistence.Membership;

namespace Muster.Engine.Membership;

/// <summary>Brings a core node into the cluster that writes its store, says in the store that it lives, and shuts out there whom the cluster has removed.</summary>
internal sealed class MembershipActor : UntypedActor, IWithTimers
{
    /// <summary>Its name on every core node.</summary>
    public const string Name = "membership";

    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(3);

    /// <summary>Contacts that let nobody in within this are asked anew: the one may have crashed.</summary>
    private static readonly TimeSpan PlanAgain = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(500);

    private readonly IMembers _members;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<MemberName> _removed = [];
    private readonly List<IActorRef> _waiting = [];
    private CancellationTokenRegistration _fenced;
    private TimeSpan _storeAhead;
    private bool _isUp;

    public MembershipActor(IMembers members) => _members = members;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IMembers members) => Akka.Actor.Props.Create(() => new MembershipActor(members));

    protected override void PreStart()
    {
        var system = Context.System;
        // Whatever stops it, the system must not go on: this node writes nothing any more.
        _fenced = _members.Fenced.Register(() => CoordinatedShutdown.Get(system).Run(FencedReason.Instance).PipeTo(ActorRefs.Nobody));
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberUp), typeof(ClusterEvent.MemberDowned), typeof(ClusterEvent.MemberRemoved));
        Plan();
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        _fenced.Dispose();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Again when !_isUp:
                Plan();
                break;
            case Planned m when !_isUp:
                Join(m.Plan);
                break;
            case ClusterEvent.MemberUp m when m.Member.UniqueAddress.Equals(_cluster.SelfUniqueAddress):
                _isUp = true;
                Timers.Cancel("plan");
                Do(new SayUp());
                Timers.StartPeriodicTimer("beat", Beat.Instance, BeatEvery);
                break;
            case Beat:
                _members.SeenAsync().PipeTo(Self, success: ahead => new Seen(ahead), failure: e => new Failed(Said.Instance, e));
                break;
            case Seen m:
                Compare(m.Ahead);
                break;
            case ClusterEvent.MemberDowned m:
                Removed(m.Member);
                break;
            case ClusterEvent.MemberRemoved { PreviousStatus: Akka.Cluster.MemberStatus.Down } m:
                // Not those that left in order: they have handed over everything. And when this node itself leaves, it sees all others removed.
                Removed(m.Member);
                break;
            case IStep step:
                Do(step);
                break;
            case MarkedDown m:
                _removed.Remove(m.Member);
                AnswerWhoWaits();
                break;
            case AreAllDown:
                _waiting.Add(Sender);
                AnswerWhoWaits();
                break;
            case Failed m:
                // The store is away; nothing moves until it is back.
                _log.Debug("The store does not answer ({Why}); tried again", m.Why.Message);
                if (m.What is IStep again)
                {
                    Timers.StartSingleTimer(again, again, TryAgain);
                }
                else if (!_isUp)
                {
                    Timers.StartSingleTimer("plan", Again.Instance, TryAgain);
                }

                break;
        }
    }

    private void Compare(TimeSpan ahead)
    {
        // Said once for each time that it was set.
        if (ahead != TimeSpan.Zero && (ahead - _storeAhead).Duration() > TimeSpan.FromSeconds(1))
        {
            _log.Warning("The clock of the store was set: it is {Ahead} ahead of this cluster. Running nodes keep to the time before; a node that starts now goes by the new one, and sees limits end early or late by as much. Set the clock back, or restart every node", ahead);
        }

        _storeAhead = ahead;
    }

    private static MemberName NameOf(UniqueAddress address) => new($"{address.Address.Host}:{address.Address.Port}", address.Uid);

    private void Removed(Member member)
    {
        if (member.HasRole(EngineHosting.CoreRole) && !member.UniqueAddress.Equals(_cluster.SelfUniqueAddress) && _removed.Add(NameOf(member.UniqueAddress)))
        {
            Do(new MarkDown(NameOf(member.UniqueAddress)));
        }
    }

    private void Do(IStep step) => (step switch
    {
        MarkDown m => _members.MarkDownAsync(m.Member),
        _ => _members.UpAsync(),
    }).PipeTo(Self, success: () => step is MarkDown m ? new MarkedDown(m.Member) : Said.Instance, failure: e => new Failed(step, e));

    private void AnswerWhoWaits()
    {
        if (_removed.Count == 0)
        {
            foreach (var asker in _waiting)
            {
                asker.Tell(Settled.Instance);
            }

            _waiting.Clear();
        }
    }

    private void Plan()
    {
        var self = NameOf(_cluster.SelfUniqueAddress);
        PlanAsync().PipeTo(Self, success: plan => new Planned(plan), failure: e => new Failed(Again.Instance, e));

        async Task<JoinPlan> PlanAsync()
        {
            var others = (await _members.ListAsync().ConfigureAwait(false)).Select(m => m.Address).Where(a => a != self.Address).Distinct().ToList();
            return await _members.PlanJoinAsync(self, await Listeners.GoneAsync(others).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    private void Join(JoinPlan plan)
    {
        if (plan.Founds)
        {
            _log.Info("This node founds the cluster (epoch {Epoch})", plan.Epoch);
            _cluster.Join(_cluster.SelfAddress);
        }
        else
        {
            _log.Info("This node joins by {Contacts} (epoch {Epoch})", string.Join(", ", plan.Contacts), plan.Epoch);
            _cluster.JoinSeedNodes(plan.Contacts.Select(AddressOf));
        }

        Timers.StartSingleTimer("plan", Again.Instance, PlanAgain);
    }

    private Address AddressOf(string contact)
    {
        var colon = contact.LastIndexOf(':');
        return new Address(_cluster.SelfAddress.Protocol, Context.System.Name, contact[..colon], int.Parse(contact.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Asks whether nothing of any removed member can be written any more; answered with <see cref="Settled"/> when that is so.</summary>
    internal sealed class AreAllDown : INoSerializationVerificationNeeded
    {
        public static readonly AreAllDown Instance = new();
    }

    /// <summary>Nothing of a removed member can be written any more.</summary>
    internal sealed class Settled : INoSerializationVerificationNeeded
    {
        public static readonly Settled Instance = new();
    }

    /// <summary>Something to be said in the store until it is.</summary>
    private interface IStep;

    private sealed record SayUp : IStep, INoSerializationVerificationNeeded;

    private sealed record MarkDown(MemberName Member) : IStep, INoSerializationVerificationNeeded;

    private sealed record MarkedDown(MemberName Member) : INoSerializationVerificationNeeded;

    private sealed record Planned(JoinPlan Plan) : INoSerializationVerificationNeeded;

    private sealed record Failed(object What, Exception Why) : INoSerializationVerificationNeeded;

    private sealed record Seen(TimeSpan Ahead) : INoSerializationVerificationNeeded;

    private sealed class Said : INoSerializationVerificationNeeded
    {
        public static readonly Said Instance = new();
    }

    private sealed class Beat : INoSerializationVerificationNeeded
    {
        public static readonly Beat Instance = new();
    }

    private sealed class Again : INoSerializationVerificationNeeded
    {
        public static readonly Again Instance = new();
    }
}
