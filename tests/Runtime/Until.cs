using System.Diagnostics;

namespace Muster.Tests.Runtime;

/// <summary>Waits for what has to become so.</summary>
internal static class Until
{
    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(20))
            {
                throw new TimeoutException($"Not so after 20 s: {what}");
            }

            await Task.Delay(10);
        }
    }
}
