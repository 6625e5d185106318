using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Engine.Processes;

/// <summary>Who waits for a process to become final. Each says so every 5 s; one that did not for twice as long is gone.</summary>
/// <param name="id">The process.</param>
internal sealed class Awaiters(ProcessId id)
{
    /// <summary>How long somebody is remembered.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromSeconds(10);

    private readonly Dictionary<IActorRef, long> _waiting = [];

    public bool Any => _waiting.Count > 0;

    /// <summary>Somebody waits.</summary>
    /// <param name="who">Who.</param>
    /// <param name="now">The time, in milliseconds.</param>
    public void Add(IActorRef who, long now)
    {
        foreach (var gone in _waiting.Where(a => now - a.Value > Keep.TotalMilliseconds).Select(a => a.Key).ToList())
        {
            _waiting.Remove(gone);
        }

        _waiting[who] = now;
    }

    public void Forget() => _waiting.Clear();

    public void Tell(ProcessStatus status)
    {
        foreach (var who in _waiting.Keys)
        {
            who.Tell(new ProcessSignal.IsFinal { Process = id, Status = status });
        }

        _waiting.Clear();
    }
}
