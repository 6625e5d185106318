using System.Globalization;

namespace Muster.Gateway.Colonies.Processes;

/// <summary>Amounts as clients write them.</summary>
internal static class Units
{
    private static readonly (string Unit, double Bytes)[] Memory =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40),
        ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
        ("Kb", 1e3), ("Mb", 1e6), ("Gb", 1e9), ("Tb", 1e12),
        ("K", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12),
    ];

    /// <summary>Thousandths of a processor; 0 for a text without the unit.</summary>
    /// <exception cref="ColoniesException">Before the m stands no whole number.</exception>
    public static long Cpu(string text)
    {
        if (!text.EndsWith('m'))
        {
            return 0;
        }

        return long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n)
            ? n
            : throw new ColoniesException(400, $"'{text}' is no amount of processors: write thousandths, like 500m.");
    }

    /// <summary>Bytes; 0 for an empty text.</summary>
    /// <exception cref="ColoniesException">It is no whole number with a unit.</exception>
    public static double Bytes(string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        foreach (var (unit, bytes) in Memory)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && long.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n))
            {
                return n * bytes;
            }
        }

        throw new ColoniesException(400, $"'{text}' is no amount of memory: write a whole number and a unit, like 10Gi or 500Mi.");
    }

    /// <summary>Processors as clients read them.</summary>
    public static string CpuText(long thousandths) => string.Create(CultureInfo.InvariantCulture, $"{thousandths}m");

    /// <summary>Memory as clients read it: whole mebibytes.</summary>
    public static string MemoryText(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{(long)(bytes / (1 << 20))}Mi");
}
