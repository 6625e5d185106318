using Akka.Actor;

namespace Muster.Tests.Unit.Simulation;

/// <summary>The timers of one simulated actor.</summary>
/// <param name="schedule">The time.</param>
/// <param name="hear">What the actor does with a message.</param>
internal sealed class SimulatedTimers(Schedule schedule, Action<object> hear) : ITimerScheduler
{
    private readonly Dictionary<object, long> _active = [];
    private long _started;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => StartPeriodicTimer(key, msg, interval, interval);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) => Start(key, msg, initialDelay, interval);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, null);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender) => StartPeriodicTimer(key, msg, interval);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender) => Start(key, msg, initialDelay, interval);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender) => Start(key, msg, timeout, null);

    public IReadOnlyCollection<object> ActiveTimers => _active.Keys;

    public bool IsTimerActive(object key) => _active.ContainsKey(key);

    public void Cancel(object key) => _active.Remove(key);

    public void CancelAll() => _active.Clear();

    private void Start(object key, object message, TimeSpan wait, TimeSpan? every)
    {
        var start = ++_started;
        _active[key] = start;
        Arm(key, start, message, wait, every);
    }

    private void Arm(object key, long start, object message, TimeSpan wait, TimeSpan? every) => schedule.After((long)wait.TotalMilliseconds, () =>
    {
        if (_active.GetValueOrDefault(key) != start)
        {
            return;
        }

        if (every is { } interval)
        {
            Arm(key, start, message, interval, every);
        }
        else
        {
            _active.Remove(key);
        }

        hear(message);
    });
}
