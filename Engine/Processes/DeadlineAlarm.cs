using Akka.Actor;
using Muster.Engine.Clocks;

namespace Muster.Engine.Processes;

/// <summary>The timer of a live process: one alarm, moved whenever its next deadline moves.</summary>
/// <param name="clock">The time that limits go by.</param>
/// <param name="self">Who is woken.</param>
internal sealed class DeadlineAlarm(TimeProvider clock, IActorRef self) : IDisposable
{
    private ITimer? _timer;
    private DateTimeOffset? _at;

    /// <summary>Sets the alarm to a time, or takes it away.</summary>
    public void Set(DateTimeOffset? at)
    {
        if (at == _at)
        {
            return;
        }

        _timer?.Dispose();
        _timer = at is { } time ? clock.WakeAt(time, () => self.Tell(DeadlineReached.Instance)) : null;
        _at = at;
    }

    /// <summary>The alarm has rung; the same time may be set again.</summary>
    public void Rang() => _at = null;

    public void Dispose() => _timer?.Dispose();
}
