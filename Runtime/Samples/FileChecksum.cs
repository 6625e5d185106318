using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Client.Handlers;

namespace Muster.Runtime.Samples;

/// <summary>SHA-256 of many files, and one digest over all of them. A later attempt goes on where the one before left its checkpoint.</summary>
internal static class FileChecksum
{
    /// <summary>How many files there are between two checkpoints.</summary>
    private const int CheckpointEvery = 500;

    /// <summary>Returns the number of files and bytes, and a digest of digests: for each file in turn SHA-256 over the digest so far and the line "digest  name".</summary>
    public static async Task<JsonElement?> RunAsync(IProcessContext context, SampleOptions options)
    {
        var files = SampleFiles.Of(context, options);
        var (done, bytes, chain) = Resume(context, files);
        for (var i = done; i < files.Count; i++)
        {
            var (name, path) = files[i];
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using (stream.ConfigureAwait(false))
            {
                var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, context.Cancelled).ConfigureAwait(false));
                chain = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{chain}{digest}  {name}\n")));
                bytes += stream.Position;
            }

            context.Progress((i + 1d) / files.Count, name);
            if ((i + 1) % CheckpointEvery == 0)
            {
                await context.CheckpointAsync(JsonSerializer.SerializeToElement(new JsonObject { ["done"] = i + 1, ["last"] = name, ["bytes"] = bytes, ["digest"] = chain })).ConfigureAwait(false);
            }
        }

        context.Log($"{files.Count} files, {bytes} bytes");
        return JsonSerializer.SerializeToElement(new JsonObject { ["count"] = files.Count, ["bytes"] = bytes, ["digest"] = chain });
    }

    private static (int Done, long Bytes, string Chain) Resume(IProcessContext context, IReadOnlyList<(string Name, string Path)> files)
    {
        // Another list of files than the attempt before had begins anew.
        if (context.Checkpoint is not { ValueKind: JsonValueKind.Object } left
            || !left.TryGetProperty("done", out var d) || !d.TryGetInt32(out var done) || done > files.Count || done < 1
            || !left.TryGetProperty("last", out var last) || last.GetString() != files[done - 1].Name)
        {
            return (0, 0, "");
        }

        context.Log($"goes on after {done} files");
        return (done, left.GetProperty("bytes").GetInt64(), left.GetProperty("digest").GetString()!);
    }
}
