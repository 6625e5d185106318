using System.Diagnostics;

namespace Muster.Bench.Measuring;

/// <summary>Times of single things; safe for many threads.</summary>
internal sealed class Latencies
{
    private readonly Lock _lock = new();
    private readonly List<double> _milliseconds = [];

    /// <summary>Takes a time between two readings of <see cref="Stopwatch.GetTimestamp"/>, which is one clock for all programs of a machine.</summary>
    public void Add(long from, long to)
    {
        lock (_lock)
        {
            _milliseconds.Add(Stopwatch.GetElapsedTime(from, to).TotalMilliseconds);
        }
    }

    /// <summary>The time that this part of all is below; null when there are none.</summary>
    public double? At(double part)
    {
        lock (_lock)
        {
            if (_milliseconds.Count == 0)
            {
                return null;
            }

            _milliseconds.Sort();
            return _milliseconds[Math.Min(_milliseconds.Count - 1, (int)(_milliseconds.Count * part))];
        }
    }
}
