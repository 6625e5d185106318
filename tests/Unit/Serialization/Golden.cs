using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Messages.Serialization;

namespace Muster.Tests.Unit.Serialization;

/// <summary>One file for each manifest: a message as some version once wrote it. Once shipped a file is never changed.</summary>
/// <remarks>Files that are missing are written when MUSTER_WRITE_GOLDEN is 1; what is there is never overwritten.</remarks>
internal static class Golden
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool Exists(string manifest) => File.Exists(Shipped(manifest));

    public static string Read(string manifest) => File.ReadAllText(Shipped(manifest));

    public static IEnumerable<string> Names() => Directory.EnumerateFiles(Path.GetDirectoryName(Shipped("x"))!, "*.json").Select(f => Path.GetFileNameWithoutExtension(f));

    public static void WriteMissing(MusterSerializer serializer, IEnumerable<(string Manifest, object Message)> samples)
    {
        if (Environment.GetEnvironmentVariable("MUSTER_WRITE_GOLDEN") != "1")
        {
            return;
        }

        foreach (var (manifest, message) in samples.Where(s => !File.Exists(Source(s.Manifest))))
        {
            var json = JsonNode.Parse(serializer.ToBinary(message))!;
            foreach (var path in new[] { Source(manifest), Shipped(manifest) })
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, json.ToJsonString(Indented) + "\n");
            }
        }
    }

    private static string Shipped(string manifest) => Path.Combine(AppContext.BaseDirectory, "Golden", $"{manifest}.json");

    private static string Source(string manifest, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "Golden", $"{manifest}.json");
}
