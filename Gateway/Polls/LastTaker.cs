using Akka.Actor;
using Muster.Messages.Processes;

namespace Muster.Gateway.Polls;

/// <summary>Gets the assignment that a question for the last process asked for, and gives back what comes after its answer.</summary>
internal sealed class LastTaker : UntypedActor, IWithTimers
{
    /// <summary>How long it stays to give back what comes late.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<ProcessSignal.Assignment?> _answer;
    private ProcessSignal.Assignment? _got;

    /// <summary>Made by <see cref="LastPolls.AskAsync"/>.</summary>
    public LastTaker(TaskCompletionSource<ProcessSignal.Assignment?> answer) => _answer = answer;

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ProcessSignal.Assignment m when _got is { } got && got.Process == m.Process && got.Attempt == m.Attempt:
                break;
            case ProcessSignal.Assignment m when _answer.TrySetResult(m):
                _got = m;
                break;
            case ProcessSignal.Assignment m:
                LongPolls.GiveBack(Context.System, m, "Its question was answered already.");
                break;
            case Over:
                Timers.StartSingleTimer("leave", Leave.Instance, Linger);
                break;
            case Leave:
                Context.Stop(Self);
                break;
        }
    }

    /// <summary>The question has its answer.</summary>
    internal sealed class Over : INoSerializationVerificationNeeded
    {
        public static readonly Over Instance = new();
    }

    private sealed class Leave : INoSerializationVerificationNeeded
    {
        public static readonly Leave Instance = new();
    }
}
