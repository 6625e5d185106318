using System.Globalization;

namespace Muster.Cli.Commands;

/// <summary>Times as people write them: 250ms, 1.5s, 10m, 2h, 7d; a bare number is seconds.</summary>
internal static class Durations
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("", 1)];

    /// <summary>Reads one; null when it is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        foreach (var (unit, seconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * seconds < 315_360_000)
            {
                return TimeSpan.FromSeconds(number * seconds);
            }
        }

        return null;
    }
}
