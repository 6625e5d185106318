using System.Globalization;

namespace Muster.Bench.Measuring;

/// <summary>What programs of this machine have used, as the kernel counts it.</summary>
internal static class ProgramUsage
{
    private const double TicksPerSecond = 100;

    /// <summary>CPU time of a program so far, in seconds; with the children that it has waited for.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="withLiving">Whether the children that live are counted too: a server with a process for each connection.</param>
    public static double CpuSeconds(int id, bool withLiving = false)
    {
        var total = Ticks(id) / TicksPerSecond;
        return withLiving ? total + Children(id).Sum(c => CpuSeconds(c)) : total;
    }

    /// <summary>The most memory that it held, in megabytes.</summary>
    public static double PeakMb(int id) => Status(id, "VmHWM:");

    /// <summary>The memory that it holds, in megabytes.</summary>
    public static double Mb(int id) => Status(id, "VmRSS:");

    private static long Ticks(int id)
    {
        try
        {
            // The name may hold spaces; what is counted comes after it. Own and waited-for children, in user mode and in the kernel.
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(t => long.Parse(t, CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // It has just ended.
            return 0;
        }
    }

    private static IEnumerable<int> Children(int id) =>
        Directory.EnumerateDirectories($"/proc/{id}/task")
            .SelectMany(t => File.ReadAllText(Path.Combine(t, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(c => int.Parse(c, CultureInfo.InvariantCulture));

    private static double Status(int id, string name) =>
        File.ReadLines($"/proc/{id}/status").First(l => l.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var kilobytes, _]
            ? double.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024
            : 0;
}
