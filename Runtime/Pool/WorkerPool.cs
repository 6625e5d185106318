using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Event;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Runtime.Pool;

/// <summary>Asks for as much work as it can run, runs it, and keeps what it holds until the end of each attempt is stored.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "An actor ends in PostStop.")]
internal sealed class WorkerPool : UntypedActor, IWithTimers
{
    /// <summary>A dispatcher forgets a demand that it has not heard of for five times as long.</summary>
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(2);

    /// <summary>While the cluster forms, the first words may find nobody.</summary>
    private static readonly TimeSpan SayEveryAtFirst = TimeSpan.FromMilliseconds(250);

    private const int FirstWords = 12;

    /// <summary>One timer for all attempts: heartbeats, log lines and limits are looked at this often, and only while there are attempts.</summary>
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>How many attempts may wait for the word that their end is stored, beyond four per slot. A slot is free when its work is done:
    /// otherwise the time to commit, not the work, would decide how much a pool does. The bound stops it while the store is away.</summary>
    private const int EndingAllowed = 256;

    private readonly PoolSetup _setup;
    private readonly string _demandId;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<AttemptRef, RunningAttempt> _held = [];
    private readonly RecentAttempts _recent = new();

    // Since the last word.
    private readonly List<AttemptRef> _arrived = [];
    private readonly List<AttemptRef> _finished = [];
    private readonly List<IActorRef> _drainers = [];
    private readonly CancellationTokenSource _gone = new();
    private int _running;
    private int _words;
    private long _received;
    private long _version;
    private bool _saying;
    private bool _ticking;
    private bool _draining;
    private bool _drained;

    public WorkerPool(PoolSetup setup)
    {
        _setup = setup;
        _demandId = $"{setup.Capability.Executor}-{Guid.NewGuid():N}";
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(PoolSetup setup) => Akka.Actor.Props.Create(() => new WorkerPool(setup));

    protected override void PreStart()
    {
        foreach (var adopted in _setup.Adopted)
        {
            var attempt = new RunningAttempt(adopted.Assignment, _setup, Self, _log, _gone.Token, adopted.Lines);
            if (_held.TryAdd(new AttemptRef(adopted.Assignment.Process, adopted.Assignment.Attempt), attempt))
            {
                _running++;
                attempt.Start();
            }
        }

        LookFromNowOn();
        Timers.StartPeriodicTimer("say", SayWhole.Instance, TimeSpan.Zero, SayEveryAtFirst);
    }

    protected override void PostStop()
    {
        // Without a drain the leases bring the attempts back; children of the node must not go on meanwhile.
        _setup.Router.Tell(Demand() with { Held = [.. _held.Keys], Free = 0, Gone = true }, Self);
        foreach (var attempt in _held.Values)
        {
            attempt.Stop("The worker pool stopped.");
        }

        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ProcessSignal.Assignment m:
                Assigned(m);
                break;
            case RunningAttempt.WorkDone:
                _running--;
                Changed();
                break;
            case RunningAttempt.Over m:
                Ended(m.Attempt);
                break;
            case SayNow:
                _saying = false;
                Say(Demand() with { Held = [.. _arrived], Partial = true });
                break;
            case SayWhole:
                SayAgain();
                break;
            case Tick:
                LookAtAttempts();
                break;
            case DrainPool m:
                Drain(m);
                break;
            case DrainOver:
                foreach (var attempt in _held.Values)
                {
                    attempt.Stop("The worker is stopping.");
                }

                break;
        }
    }

    private void Assigned(ProcessSignal.Assignment m)
    {
        var id = new AttemptRef(m.Process, m.Attempt);
        if (_held.ContainsKey(id) || _recent.Contains(id))
        {
            return;
        }

        var attempt = new RunningAttempt(m, _setup, Self, _log, _gone.Token);
        if (m.Demand != _demandId)
        {
            attempt.GiveBack("It was assigned to an earlier start of this worker.");
            return;
        }

        _received++;
        _held.Add(id, attempt);
        _arrived.Add(id);
        if (_draining)
        {
            attempt.GiveBack("The worker is stopping.");
        }
        else if (_running >= _setup.Slots)
        {
            _log.Info("Attempt {Attempt} of process {ProcessId} came when all {Slots} slots were taken; it is given back", m.Attempt, m.Process, _setup.Slots);
            attempt.GiveBack("The worker is full.");
        }
        else
        {
            _running++;
            attempt.Start();
        }

        LookFromNowOn();
        Changed();
    }

    private void LookFromNowOn()
    {
        if (!_ticking && _held.Count > 0)
        {
            _ticking = true;
            Timers.StartPeriodicTimer("tick", Tick.Instance, TickEvery);
        }
    }

    private void Ended(AttemptRef attempt)
    {
        if (!_held.Remove(attempt))
        {
            return;
        }

        _recent.Add(attempt);
        _finished.Add(attempt);
        Changed();
        Drained();
    }

    private void LookAtAttempts()
    {
        if (_held.Count == 0)
        {
            _ticking = false;
            Timers.Cancel("tick");
            return;
        }

        foreach (var attempt in _held.Values)
        {
            attempt.Look();
        }
    }

    // All changes that stand in the mailbox now go out in one word.
    private void Changed()
    {
        if (!_saying)
        {
            _saying = true;
            Self.Tell(SayNow.Instance);
        }
    }

    private void SayAgain()
    {
        if (_words < FirstWords && ++_words == FirstWords)
        {
            Timers.StartPeriodicTimer("say", SayWhole.Instance, SayEvery);
        }

        SayDemand();
    }

    private void SayDemand() => Say(Demand() with { Held = [.. _held.Keys] });

    private void Say(DispatcherMessage.Demand demand)
    {
        _setup.Router.Tell(demand, Self);
        _arrived.Clear();
        _finished.Clear();
    }

    private DispatcherMessage.Demand Demand() => new()
    {
        Gone = _drained,
        OfMember = true,
        DemandId = _demandId,
        Version = ++_version,
        Namespace = _setup.Namespace,
        Queues = _setup.Queues,
        Capability = _setup.Capability,
        Free = _draining ? 0 : Math.Max(0, Math.Min(_setup.Slots - _running, (4 * _setup.Slots) + EndingAllowed - (_held.Count - _running))),
        Received = _received,
        Finished = [.. _finished],
        Requester = new ActorRef(Self),
    };

    private void Drain(DrainPool m)
    {
        _draining = true;
        _drainers.Add(Sender);
        SayDemand();
        if (m.Deadline <= TimeSpan.Zero)
        {
            Self.Tell(DrainOver.Instance);
        }
        else
        {
            Timers.StartSingleTimer("drain", DrainOver.Instance, m.Deadline);
        }

        Drained();
    }

    private void Drained()
    {
        if (!_draining || _held.Count > 0 || _drainers.Count == 0)
        {
            return;
        }

        // It stays to give back what may still be on its way, but has nothing to say any more: a queue that is asked while the node leaves would hold it up.
        _drained = true;
        Timers.Cancel("say");
        SayDemand();
        foreach (var drainer in _drainers)
        {
            drainer.Tell(PoolDrained.Instance);
        }

        _drainers.Clear();
    }

    private sealed class SayWhole : INoSerializationVerificationNeeded
    {
        public static readonly SayWhole Instance = new();
    }

    private sealed class SayNow : INoSerializationVerificationNeeded
    {
        public static readonly SayNow Instance = new();
    }

    private sealed class Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }

    private sealed class DrainOver : INoSerializationVerificationNeeded
    {
        public static readonly DrainOver Instance = new();
    }
}
