using Akka.Actor;
using Muster.Engine;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Gateway.Polls;

/// <summary>One question for work of an outside worker: a demand that lives until it is answered.</summary>
/// <remarks>It ends as soon as all offers that are under way for it have been answered. What comes later is given back.</remarks>
public sealed class LongPoll : UntypedActor, IWithTimers
{
    private static readonly TimeSpan SayAgain = TimeSpan.FromSeconds(2);

    /// <summary>An offer that gets no answer must not hold back what has come already.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long it stays to give back what comes late.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    private readonly LongPollRequest _request;
    private readonly TaskCompletionSource<IReadOnlyList<ProcessSignal.Assignment>> _answer;
    private readonly List<ProcessSignal.Assignment> _got = [];
    private readonly ActorSelection _router = EngineContext.WorkRouterOf(Context.System);
    private long _version;
    private int _offers;
    private bool _closed;
    private bool _impatient;
    private bool _over;

    /// <summary>Made by <see cref="LongPolls.AskAsync"/>.</summary>
    public LongPoll(LongPollRequest request, TaskCompletionSource<IReadOnlyList<ProcessSignal.Assignment>> answer)
    {
        _request = request;
        _answer = answer;
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc />
    protected override void PreStart()
    {
        // A repeated question under the same id goes before the older one, whichever gateway that was asked at.
        _version = TimeProvider.System.GetUtcNow().UtcTicks;
        Say(gone: false);
        Timers.StartPeriodicTimer("say", SayNow.Instance, SayAgain);
        Timers.StartSingleTimer("end", WaitOver.Instance, _request.Wait);
    }

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ProcessSignal.Assignment m when _closed || m.Demand != _request.Demand || _got.Count >= _request.Max:
                GiveBack(m, "Its long poll was over.");
                break;
            case ProcessSignal.Assignment m:
                if (!_got.Any(g => g.Process == m.Process && g.Attempt == m.Attempt))
                {
                    _got.Add(m);
                    _offers--;
                }

                Look();
                break;
            case DispatcherMessage.Offering m:
                _offers += m.Change;
                Look();
                break;
            case SayNow when !_closed:
                Say(gone: false);
                break;
            case WaitOver when !_closed && _offers > 0 && !_over:
                // What is under way for it would only be given back.
                _over = true;
                Timers.StartSingleTimer("end", WaitOver.Instance, Patience);
                break;
            case WaitOver when !_closed:
                Close();
                break;
            case CallerGone:
                if (!_closed)
                {
                    var got = _got.ToList();
                    _got.Clear();
                    Close();
                    got.ForEach(m => GiveBack(m, "The caller of its long poll was gone."));
                }

                break;
            case Done:
                Context.Stop(Self);
                break;
        }
    }

    private void Look()
    {
        if (_closed || (_got.Count == 0 && !_over))
        {
            return;
        }

        // Fewer than none: an assignment was faster than the word that it is under way.
        if (_got.Count >= _request.Max || _offers == 0)
        {
            Close();
        }
        else if (!_impatient)
        {
            _impatient = true;
            Timers.StartSingleTimer("end", WaitOver.Instance, Patience);
        }
    }

    private void Close()
    {
        _closed = true;
        Timers.CancelAll();
        Say(gone: true);
        _answer.TrySetResult([.. _got]);
        Timers.StartSingleTimer("done", Done.Instance, Linger);
    }

    private void Say(bool gone) => _router.Tell(
        new DispatcherMessage.Demand
        {
            DemandId = _request.Demand,
            Version = ++_version,
            Namespace = _request.Namespace,
            Queues = [.. _request.Queues],
            Capability = _request.Capability,
            Free = gone ? 0 : _request.Max - _got.Count,
            Received = _got.Count,
            Held = [.. _got.Select(g => new AttemptRef(g.Process, g.Attempt))],
            Requester = new ActorRef(Self),
            Gone = gone,
        },
        Self);

    private static void GiveBack(ProcessSignal.Assignment m, string why) => LongPolls.GiveBack(Context.System, m, why);

    private sealed class SayNow : INoSerializationVerificationNeeded
    {
        public static readonly SayNow Instance = new();
    }

    private sealed class WaitOver : INoSerializationVerificationNeeded
    {
        public static readonly WaitOver Instance = new();
    }

    internal sealed class CallerGone : INoSerializationVerificationNeeded
    {
        public static readonly CallerGone Instance = new();
    }

    private sealed class Done : INoSerializationVerificationNeeded
    {
        public static readonly Done Instance = new();
    }
}
