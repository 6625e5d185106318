using System.Security.Cryptography;

namespace Muster.Gateway.Colonies.Logs;

/// <summary>The times of log messages, in nanoseconds since 1970. They are their numbers too: they rise with every message, and no two gateways give the same ones.</summary>
internal sealed class LogTimes
{
    /// <summary>
    /// The steps in which they rise: a microsecond, because clients that keep numbers as floating point still tell two times apart that are so far from each other.
    /// What is below it tells gateways apart.
    /// </summary>
    private const long Step = 1_000;

    private readonly int _gateway = RandomNumberGenerator.GetInt32((int)Step);
    private long _last;

    /// <summary>The time of a message that came in now.</summary>
    public long Next(DateTimeOffset now)
    {
        var micros = (now.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(micros, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return (next * Step) + _gateway;
            }
        }
    }
}
