using System.Globalization;

namespace Muster.Runtime.Instances;

/// <summary>A process of the operating system, named so that it is not taken for another that got its number later.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Start">When it started, in ticks since the machine did.</param>
/// <param name="Boot">The id of that start of the machine.</param>
internal sealed record ProcessMark(int Id, long Start, string Boot)
{
    private static readonly string ThisBoot = BootId();

    /// <summary>Reads <c>ID START BOOT</c>, as a file holds it; null when there is none.</summary>
    public static ProcessMark? Read(string file)
    {
        try
        {
            var parts = File.ReadAllText(file).Split(' ', StringSplitOptions.TrimEntries);
            return parts.Length == 3 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var id) && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var start)
                ? new ProcessMark(id, start, parts[2])
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The mark of a process that runs; null when it does not.</summary>
    public static ProcessMark? Of(int id) => ProcessStat.Of(id) is { IsRunning: true } stat ? new ProcessMark(id, stat.Start, ThisBoot) : null;

    /// <summary>Whether it runs; one that has ended and was not yet waited for does not.</summary>
    public bool IsAlive => Boot == ThisBoot && ProcessStat.Of(Id) is { IsRunning: true } stat && stat.Start == Start;

    /// <summary>As <see cref="Read"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} {Start} {Boot}");

    private static string BootId()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "unknown";
        }
    }
}
