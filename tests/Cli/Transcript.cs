using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Muster.Cli;

namespace Muster.Tests.Cli;

/// <summary>A golden file: commands as they are typed, and what each prints.</summary>
public static partial class Transcript
{
    private const string Mark = "$ muster";

    /// <summary>Runs the commands of a file and writes down what they print, with what differs from run to run replaced by names.</summary>
    public static async Task<string> PlayAsync(string golden, ClusterFixture cluster)
    {
        ArgumentNullException.ThrowIfNull(golden);
        ArgumentNullException.ThrowIfNull(cluster);
        var played = new StringBuilder();
        foreach (var line in golden.Split('\n').Where(l => l.StartsWith(Mark, StringComparison.Ordinal) || l.StartsWith('#')))
        {
            played.Append(line).Append('\n');
            if (line.StartsWith('#'))
            {
                continue;
            }

            var result = await cluster.RunAsync([.. Words().Matches(line[Mark.Length..]).Select(m => Known(m.Value.Trim('"'), cluster))]);
            played.Append(Named(result.Output, cluster)).Append(Named(result.Error, cluster));
            if (result.Exit != 0)
            {
                played.Append(CultureInfo.InvariantCulture, $"[exit {result.Exit}]\n");
            }
        }

        return played.ToString();
    }

    private static string Known(string word, ClusterFixture cluster) =>
        word.Replace("SEED", cluster.Members[0], StringComparison.Ordinal).Replace("NODE1", cluster.Members[1], StringComparison.Ordinal).Replace("NODE2", cluster.Members[2], StringComparison.Ordinal);

    private static string Named(string text, ClusterFixture cluster)
    {
        text = text.Replace(cluster.Members[0], "SEED", StringComparison.Ordinal).Replace(cluster.Members[1], "NODE1", StringComparison.Ordinal).Replace(cluster.Members[2], "NODE2", StringComparison.Ordinal)
            .Replace(cluster.Gateway, "GATEWAY", StringComparison.Ordinal).Replace(Environment.MachineName, "MACHINE", StringComparison.Ordinal).Replace(cluster.Folder.Path, "FOLDER", StringComparison.Ordinal);
        text = text.Replace(ToolVersion.Text, "VERSION", StringComparison.Ordinal);
        text = Times().Replace(text, "TIME");
        text = Spans().Replace(text, "SPAN");
        text = Ids().Replace(text, "ID");
        text = Sizes().Replace(text, "SIZE");
        return DotNet().Replace(text, "DOTNET");
    }

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Words();

    [GeneratedRegex("\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|\\+00:00)?")]
    private static partial Regex Times();

    [GeneratedRegex("(?<=\\t)(\\d+ms|\\d+s|\\d+m \\d+s)(?=\\t|\\n)")]
    private static partial Regex Spans();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\\b[0-9a-f]{64}\\b")]
    private static partial Regex Ids();

    [GeneratedRegex("\\d+ MiB")]
    private static partial Regex Sizes();

    [GeneratedRegex("10\\.0\\.\\d+")]
    private static partial Regex DotNet();
}
