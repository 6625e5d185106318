using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Client.Handlers;

namespace Muster.Runtime.Samples;

/// <summary>Lines, words and bytes of many text files, and the words that occur most (<c>top</c>, default 10).</summary>
internal static class TextCount
{
    /// <summary>Returns the counts. A word is a run of letters and digits; case does not matter.</summary>
    public static async Task<JsonElement?> RunAsync(IProcessContext context, SampleOptions options)
    {
        var top = context.Kwargs.TryGetValue("top", out var t) && t.TryGetInt32(out var n) ? n : 10;
        var files = SampleFiles.Of(context, options);
        var words = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        var lookup = words.GetAlternateLookup<ReadOnlySpan<char>>();
        long lines = 0;
        long count = 0;
        long bytes = 0;
        for (var i = 0; i < files.Count; i++)
        {
            bytes += new FileInfo(files[i].Path).Length;
            using var reader = new StreamReader(files[i].Path, Encoding.UTF8);
            while (await reader.ReadLineAsync(context.Cancelled).ConfigureAwait(false) is { } line)
            {
                lines++;
                count += Count(line, lookup);
            }

            context.Progress((i + 1d) / files.Count, files[i].Name);
        }

        context.Log($"{files.Count} files, {lines} lines, {count} words, {bytes} bytes");
        return JsonSerializer.SerializeToElement(new JsonObject
        {
            ["count"] = files.Count,
            ["lines"] = lines,
            ["words"] = count,
            ["bytes"] = bytes,
            ["top"] = new JsonArray([.. words
                .OrderByDescending(w => w.Value).ThenBy(w => w.Key, StringComparer.OrdinalIgnoreCase).Take(top)
                .Select(w => new JsonObject { ["word"] = w.Key.ToLowerInvariant(), ["count"] = w.Value })]),
        });
    }

    private static int Count(ReadOnlySpan<char> line, Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> words)
    {
        var count = 0;
        while (!line.IsEmpty)
        {
            var start = 0;
            while (start < line.Length && !char.IsLetterOrDigit(line[start]))
            {
                start++;
            }

            var end = start;
            while (end < line.Length && char.IsLetterOrDigit(line[end]))
            {
                end++;
            }

            if (end > start)
            {
                count++;
                var word = line[start..end];
                words[word] = words.TryGetValue(word, out var before) ? before + 1 : 1;
            }

            line = line[end..];
        }

        return count;
    }
}
