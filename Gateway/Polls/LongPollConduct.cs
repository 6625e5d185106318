using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Gateway.Polls;

/// <summary>What one question for work does with each message: a demand that lives until it is answered.</summary>
/// <remarks>
/// It takes what is there when something is there first, and ends as soon as all offers that are under way for it have been answered.
/// What comes later is given back. Single-threaded, for one actor or one simulation.
/// </remarks>
/// <param name="request">The question.</param>
/// <param name="around">What is around it.</param>
internal sealed class LongPollConduct(LongPollRequest request, ILongPollSurroundings around)
{
    private static readonly TimeSpan SayAgain = TimeSpan.FromSeconds(2);

    /// <summary>An offer that gets no answer must not hold back what has come already.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long it listens after it said that it wants nothing more: an offer may have been made before the queue heard of it.</summary>
    private static readonly TimeSpan LastCall = TimeSpan.FromMilliseconds(100);

    /// <summary>How long it stays to give back what comes late.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    private readonly List<ProcessSignal.Assignment> _got = [];
    private long _version;
    private int _offers;
    private bool _closed;
    private bool _impatient;
    private bool _over;

    /// <summary>Begins.</summary>
    public void Start()
    {
        // A repeated question under the same id goes before the older one, whichever gateway that was asked at.
        _version = around.Ticks;
        Say(gone: false);
        around.Timers.StartPeriodicTimer("say", SayNow.Instance, SayAgain);
        around.Timers.StartSingleTimer("end", WaitOver.Instance, request.Wait);
    }

    /// <summary>Hears a message.</summary>
    public void Receive(object message)
    {
        switch (message)
        {
            case ProcessSignal.Assignment m when _closed || m.Demand != request.Demand || _got.Count >= request.Max:
                around.GiveBack(m, "Its long poll was over.");
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
            case WaitOver when !_closed && !_over && _got.Count == 0:
                // What is under way for it would only be given back.
                _over = true;
                Say(gone: false);
                around.Timers.StartSingleTimer("end", WaitOver.Instance, _offers > 0 ? Patience : LastCall);
                break;
            case WaitOver when !_closed:
                Close();
                break;
            case Done:
                around.Leave();
                break;
        }
    }

    /// <summary>Who asked is gone: what came by now is given back.</summary>
    public void CallerGone()
    {
        if (_closed)
        {
            return;
        }

        var got = _got.ToList();
        _got.Clear();
        Close();
        got.ForEach(m => around.GiveBack(m, "The caller of its long poll was gone."));
    }

    private void Look()
    {
        if (_closed || (_got.Count == 0 && !_over))
        {
            return;
        }

        // Fewer than none: an assignment was faster than the word that it is under way.
        if (_got.Count >= request.Max || _offers == 0)
        {
            Close();
        }
        else if (!_impatient)
        {
            _impatient = true;
            around.Timers.StartSingleTimer("end", WaitOver.Instance, Patience);
        }
    }

    private void Close()
    {
        _closed = true;
        around.Timers.CancelAll();
        Say(gone: true);
        around.Answer([.. _got]);
        around.Timers.StartSingleTimer("done", Done.Instance, Linger);
    }

    private void Say(bool gone) => around.Say(new DispatcherMessage.Demand
    {
        DemandId = request.Demand,
        Version = ++_version,
        Namespace = request.Namespace,
        Queues = [.. request.Queues],
        Capability = request.Capability,
        Free = gone || _over ? 0 : request.Max - _got.Count,
        Received = _got.Count,
        Held = [.. _got.Select(g => new AttemptRef(g.Process, g.Attempt))],
        Requester = new ActorRef(around.Self),
        Gone = gone,
        Once = true,
    });

    private sealed class SayNow : INoSerializationVerificationNeeded
    {
        public static readonly SayNow Instance = new();
    }

    private sealed class WaitOver : INoSerializationVerificationNeeded
    {
        public static readonly WaitOver Instance = new();
    }

    private sealed class Done : INoSerializationVerificationNeeded
    {
        public static readonly Done Instance = new();
    }
}
