using System.Globalization;
using System.Runtime.InteropServices;
using Muster.Bench.Peers.Compare.Servers;

namespace Muster.Bench.Peers.Compare.Report;

/// <summary>On what it was measured.</summary>
internal static class Machine
{
    /// <summary>Lines of a list.</summary>
    /// <param name="contestants">Who takes part; what nobody needs is not asked for its version.</param>
    /// <param name="folder">Where the stores are.</param>
    public static async Task<IReadOnlyList<string>> DescribeAsync(IReadOnlyList<Contestant> contestants, string folder)
    {
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"- date: {DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC"),
            $"- processors: {Environment.ProcessorCount} x {Cpu()}",
            $"- kernel: {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}",
            $"- .NET: {RuntimeInformation.FrameworkDescription}",
        };
        if (contestants.FirstOrDefault(c => c.Needs.Contains(Requirement.Node)) is { } onNode)
        {
            lines.Add($"- Node: {await Programs.RunAsync([onNode.Command[0], "--version"], folder)}");
        }

        if (contestants.Any(c => c.Needs.Contains(Requirement.PostgreSql)))
        {
            var version = await Programs.RunAsync([Path.Combine(PostgresServer.FindPrograms(), "postgres"), "--version"], folder);
            lines.Add($"- PostgreSQL: {version.Split(' ', 3).Last()}");
        }

        if (contestants.Any(c => c.Needs.Contains(Requirement.Redis)))
        {
            var words = (await Programs.RunAsync([RedisServer.Program, "--version"], folder)).Split(' ');
            lines.Add($"- Redis: {words.FirstOrDefault(word => word.StartsWith("v=", StringComparison.Ordinal))?[2..]}");
        }

        lines.Add(string.Create(CultureInfo.InvariantCulture, $"- disk: 4 KiB written and flushed in {FsyncProbe.MedianMs(folder):0.00} ms (median of 200)"));
        return lines;
    }

    private static string Cpu() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        ?? RuntimeInformation.ProcessArchitecture.ToString();
}
