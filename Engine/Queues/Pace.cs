namespace Muster.Engine.Queues;

/// <summary>How many processes of a queue start in a second, counted over the last whole second and more.</summary>
internal sealed class Pace
{
    private const long Window = 1_000;

    private long _since;
    private int _started;
    private double _perMillisecond;

    /// <summary>One starts.</summary>
    public void Started(long now)
    {
        Look(now);
        _started++;
    }

    /// <summary>How many start in this time, at the present pace.</summary>
    public double In(TimeSpan time, long now)
    {
        Look(now);
        return _perMillisecond * time.TotalMilliseconds;
    }

    private void Look(long now)
    {
        if (now - _since >= Window)
        {
            _perMillisecond = (double)_started / (now - _since);
            _since = now;
            _started = 0;
        }
    }
}
