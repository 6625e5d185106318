using System.Globalization;

namespace Muster.Cli.Output;

/// <summary>Times and sizes as people read them.</summary>
internal static class Words
{
    /// <summary>A time on the second, in UTC.</summary>
    public static string Time(DateTimeOffset? time) => time?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A span with its two largest units.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0}ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Seconds}s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes}m {span.Seconds}s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Hours}h {span.Minutes}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalDays}d {span.Hours}h"),
    };

    /// <summary>How long ago.</summary>
    public static string Ago(DateTimeOffset? time) => time is { } t ? Span(Positive(TimeProvider.System.GetUtcNow() - t)) : "";

    /// <summary>Bytes in MiB.</summary>
    public static string Size(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):0} MiB");

    /// <summary>How many characters have to be put in, left out, changed or swapped with the next to make one word of another.</summary>
    public static int Distance(string a, string b)
    {
        var table = Enumerable.Range(0, a.Length + 1).Select(_ => new int[b.Length + 1]).ToArray();
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i][j] = i + j;
                    continue;
                }

                var change = a[i - 1] == b[j - 1] ? 0 : 1;
                table[i][j] = Math.Min(Math.Min(table[i - 1][j] + 1, table[i][j - 1] + 1), table[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    table[i][j] = Math.Min(table[i][j], table[i - 2][j - 2] + 1);
                }
            }
        }

        return table[a.Length][b.Length];
    }

    private static TimeSpan Positive(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;
}
