using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;

namespace Muster.Cli.Commands;

/// <summary>What belongs into a bug report.</summary>
internal static partial class DebugCommands
{
    private static readonly Option<string> File = new("--output", "-o") { Description = "The file to make (default: muster-debug-TIME.zip here)", HelpName = "FILE" };

    // Nothing of anybody's work: what processes are given and what they return stays where it is.
    private static readonly (string Name, string Path)[] Parts =
    [
        ("ready.txt", "/health/ready"), ("cluster.json", "/v1/cluster"), ("nodes.json", "/v1/cluster/nodes"), ("shards.json", "/v1/cluster/shards"), ("settings.json", "/v1/cluster/settings"),
        ("akka.json", "/v1/cluster/settings?path=akka"), ("actors.json", "/v1/cluster/actors?depth=3"), ("logs.json", "/v1/cluster/logs?lines=2000"), ("queues.json", "/v1/queues"), ("executors.json", "/v1/executors"), ("metrics.txt", "/metrics"),
    ];

    public static Command Create(Session session) => Verbs.Group(
        "debug", "What belongs into a bug report",
        new Verb(session, "bundle", "Make a zip of versions, settings, members, shards, queues, metrics and recent log lines; secrets are masked", "muster debug bundle -o report.zip", BundleAsync).Taking(File));

    private static async Task<int> BundleAsync(Call call)
    {
        var file = call.Get(File) ?? $"muster-debug-{TimeProvider.System.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.zip";
        // Who is not there should not leave an empty file.
        await call.Gateway.LookAsync("/health/live", call.Cancel).ConfigureAwait(false);
        FileStream stream;
        try
        {
            stream = new FileStream(file, FileMode.CreateNew);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{file} cannot be made: {e.Message}");
        }

        await using (stream)
        {
            await using var zip = new ZipArchive(stream, ZipArchiveMode.Create);
            await PutAsync(zip, "tool.txt", $"muster {ToolVersion.Text}, .NET {Environment.Version}, {Environment.OSVersion}\n", call.Cancel).ConfigureAwait(false);
            foreach (var (name, path) in Parts)
            {
                var (status, text, _) = await call.Gateway.LookAsync(path, call.Cancel).ConfigureAwait(false);
                await PutAsync(zip, name, (int)status < 300 ? text : $"{(int)status} {text}", call.Cancel).ConfigureAwait(false);
            }
        }

        call.Screen.Line(Path.GetFullPath(file));
        return ExitCode.Ok;
    }

    private static async Task PutAsync(ZipArchive zip, string name, string text, CancellationToken cancel)
    {
        await using var writer = new StreamWriter(await zip.CreateEntry(name).OpenAsync(cancel).ConfigureAwait(false));
        await writer.WriteAsync(Masked(text).AsMemory(), cancel).ConfigureAwait(false);
    }

    /// <summary>Text without keys and passwords, wherever they came from.</summary>
    internal static string Masked(string text) => Key().Replace(Password().Replace(text, "$1***@"), "muster_$1_***");

    [GeneratedRegex("(://[^:/@\\s\"]*:)[^@\\s\"]*@", RegexOptions.CultureInvariant)]
    private static partial Regex Password();

    [GeneratedRegex("muster_([A-Za-z0-9]+)_[0-9a-fA-F]{16,}", RegexOptions.CultureInvariant)]
    private static partial Regex Key();
}
