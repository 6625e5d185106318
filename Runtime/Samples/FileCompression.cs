using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Client.Handlers;

namespace Muster.Runtime.Samples;

/// <summary>Compresses many files into the working folder of the attempt: one archive (<c>format</c> zip, the default), or each for itself (gzip).</summary>
internal static class FileCompression
{
    /// <summary>Returns the number of files, the bytes before and after, and their ratio.</summary>
    public static async Task<JsonElement?> RunAsync(IProcessContext context, SampleOptions options)
    {
        var format = context.Kwargs.TryGetValue("format", out var f) && f.ValueKind == JsonValueKind.String ? f.GetString() : "zip";
        var files = SampleFiles.Of(context, options);
        var (before, after) = format switch
        {
            "zip" => await ZipAsync(context, files).ConfigureAwait(false),
            "gzip" => await GzipAsync(context, files).ConfigureAwait(false),
            _ => throw new FinalFailureException($"There is no format '{format}'; take zip or gzip."),
        };
        context.Log($"{files.Count} files, {before} bytes, {after} compressed");
        return JsonSerializer.SerializeToElement(new JsonObject
        {
            ["count"] = files.Count,
            ["format"] = format,
            ["bytes"] = before,
            ["compressed"] = after,
            ["ratio"] = before == 0 ? 1 : Math.Round((double)after / before, 4),
        });
    }

    private static async Task<(long Before, long After)> ZipAsync(IProcessContext context, IReadOnlyList<(string Name, string Path)> files)
    {
        long before = 0;
        var archivePath = Path.Combine(context.WorkingFolder, "archive.zip");
        var archive = await ZipFile.OpenAsync(archivePath, ZipArchiveMode.Create, context.Cancelled).ConfigureAwait(false);
        await using (archive.ConfigureAwait(false))
        {
            for (var i = 0; i < files.Count; i++)
            {
                var entry = await archive.CreateEntry(files[i].Name, CompressionLevel.Fastest).OpenAsync(context.Cancelled).ConfigureAwait(false);
                await using (entry.ConfigureAwait(false))
                {
                    before += await CopyAsync(files[i].Path, entry, context.Cancelled).ConfigureAwait(false);
                }

                context.Progress((i + 1d) / files.Count, files[i].Name);
            }
        }

        return (before, new FileInfo(archivePath).Length);
    }

    private static async Task<(long Before, long After)> GzipAsync(IProcessContext context, IReadOnlyList<(string Name, string Path)> files)
    {
        long before = 0;
        long after = 0;
        for (var i = 0; i < files.Count; i++)
        {
            var packedPath = Path.Combine(context.WorkingFolder, $"{i}.gz");
            var packed = new GZipStream(File.Create(packedPath), CompressionLevel.Fastest);
            await using (packed.ConfigureAwait(false))
            {
                before += await CopyAsync(files[i].Path, packed, context.Cancelled).ConfigureAwait(false);
            }

            after += new FileInfo(packedPath).Length;
            context.Progress((i + 1d) / files.Count, files[i].Name);
        }

        return (before, after);
    }

    private static async Task<long> CopyAsync(string path, Stream to, CancellationToken cancelled)
    {
        var from = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using (from.ConfigureAwait(false))
        {
            await from.CopyToAsync(to, cancelled).ConfigureAwait(false);
            return from.Position;
        }
    }
}
