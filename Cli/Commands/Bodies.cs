using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Cli.Commands;

/// <summary>Bodies that stand in files.</summary>
internal static class Bodies
{
    /// <summary>Reads the object in a file; - for the standard input.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public static async Task<JsonObject> ObjectAsync(string file, CancellationToken cancel)
    {
        var text = await ReadAsync(file, cancel).ConfigureAwait(false);
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new CliException(ExitCode.Usage, $"{file} has to hold one JSON object.");
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCode.Usage, $"{file} is no JSON: {e.Message}");
        }
    }

    /// <summary>Reads a file; - for the standard input.</summary>
    /// <exception cref="CliException">It cannot be read.</exception>
    public static async Task<string> ReadAsync(string file, CancellationToken cancel)
    {
        try
        {
            return file == "-" ? await Console.In.ReadToEndAsync(cancel).ConfigureAwait(false) : await File.ReadAllTextAsync(file, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{file} cannot be read: {e.Message}");
        }
    }
}
