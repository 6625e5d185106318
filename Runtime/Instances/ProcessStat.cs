using System.Globalization;

namespace Muster.Runtime.Instances;

/// <summary>What the system says of a process.</summary>
/// <param name="Id">Its number.</param>
/// <param name="IsRunning">Whether it has not ended.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
/// <param name="Start">When it started, in ticks since the machine did.</param>
internal readonly record struct ProcessStat(int Id, bool IsRunning, int Group, int Session, long Start)
{
    // Counted from the third field, the state, which is the first behind the name.
    private const int GroupField = 2;
    private const int SessionField = 3;
    private const int StartField = 19;

    /// <summary>One process; null when there is none.</summary>
    public static ProcessStat? Of(int id)
    {
        try
        {
            // pid (name) state parent group session ...; the name can hold anything, also parentheses.
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ', StartField + 2);
            return new ProcessStat(
                id,
                fields[0] is not ("Z" or "X"),
                int.Parse(fields[GroupField], CultureInfo.InvariantCulture),
                int.Parse(fields[SessionField], CultureInfo.InvariantCulture),
                long.Parse(fields[StartField], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether it runs work of a node: its environment says so.</summary>
    public bool IsOurs
    {
        get
        {
            try
            {
                return File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{Id}/environ")).AsSpan().IndexOf("MUSTER_NAMESPACE="u8) >= 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>All processes that run.</summary>
    public static IEnumerable<ProcessStat> Running() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Of(id) : null)
        .Where(stat => stat is { IsRunning: true })
        .Select(stat => stat!.Value);
}
