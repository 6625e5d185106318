using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Runtime.Exec;

/// <summary>The result of a command.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Output">What it wrote to the standard output.</param>
/// <param name="Error">What it wrote to the standard error.</param>
/// <param name="Truncated">Whether more was written than is kept.</param>
internal sealed record ExecResult(int ExitCode, string Output, string Error, bool Truncated)
{
    /// <summary>What a result may have as it is written between nodes; control characters and letters beyond ASCII take six bytes there.</summary>
    private const int JsonLimit = 1_700 * 1024;

    /// <summary>The result as JSON, cut until it fits into a message.</summary>
    public static JsonElement Of(int exitCode, StreamCapture output, StreamCapture error)
    {
        var keep = int.MaxValue;
        while (true)
        {
            var result = new ExecResult(exitCode, output.Text(keep), error.Text(keep), output.IsTruncated(keep) || error.IsTruncated(keep));
            var json = JsonSerializer.SerializeToUtf8Bytes(result, ExecJson.Default.ExecResult);
            if (json.Length <= JsonLimit)
            {
                return JsonDocument.Parse(json).RootElement.Clone();
            }

            var most = Math.Min(keep, Math.Max(output.Kept, error.Kept));
            keep = (int)(most * Math.Min(0.9, (double)JsonLimit / json.Length));
        }
    }
}

/// <summary>How results of commands are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExecResult))]
internal sealed partial class ExecJson : JsonSerializerContext;
