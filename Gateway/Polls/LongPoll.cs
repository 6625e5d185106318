using Akka.Actor;
using Muster.Engine;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Gateway.Polls;

/// <summary>One question for work of an outside worker, until it is answered.</summary>
public sealed class LongPoll : UntypedActor, IWithTimers, ILongPollSurroundings
{
    private readonly TaskCompletionSource<IReadOnlyList<ProcessSignal.Assignment>> _answer;
    private readonly ActorSelection _router = EngineContext.WorkRouterOf(Context.System);
    private readonly LongPollConduct _conduct;

    /// <summary>Made by <see cref="LongPolls.AskAsync"/>.</summary>
    public LongPoll(LongPollRequest request, TaskCompletionSource<IReadOnlyList<ProcessSignal.Assignment>> answer)
    {
        _answer = answer;
        _conduct = new LongPollConduct(request, this);
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    long ILongPollSurroundings.Ticks => TimeProvider.System.GetUtcNow().UtcTicks;

    IActorRef ILongPollSurroundings.Self => Self;

    void ILongPollSurroundings.Say(DispatcherMessage.Demand demand) => _router.Tell(demand, Self);

    void ILongPollSurroundings.Answer(IReadOnlyList<ProcessSignal.Assignment> got) => _answer.TrySetResult(got);

    void ILongPollSurroundings.GiveBack(ProcessSignal.Assignment assignment, string why) => LongPolls.GiveBack(Context.System, assignment, why);

    void ILongPollSurroundings.Leave() => Context.Stop(Self);

    /// <inheritdoc />
    protected override void PreStart() => _conduct.Start();

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        if (message is CallerGone)
        {
            _conduct.CallerGone();
        }
        else
        {
            _conduct.Receive(message);
        }
    }

    internal sealed class CallerGone : INoSerializationVerificationNeeded
    {
        public static readonly CallerGone Instance = new();
    }
}
