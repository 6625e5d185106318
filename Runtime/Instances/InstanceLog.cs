using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text;

namespace Muster.Runtime.Instances;

/// <summary>The output of an instance, which its launcher keeps in three files.</summary>
[SupportedOSPlatform("linux")]
internal static class InstanceLog
{
    /// <summary>A line of which more is shown would fill a screen.</summary>
    private const int LineLimit = 16 * 1024;

    // Oldest first.
    private static readonly string[] Files = ["out.2.log", "out.1.log", "out.log"];

    /// <summary>The last lines, oldest first.</summary>
    /// <param name="folder">The folder of the instance.</param>
    /// <param name="lines">How many at most.</param>
    /// <param name="bytes">How much at most.</param>
    public static ImmutableArray<string> Last(InstanceFolder folder, int lines, int bytes)
    {
        var parts = new List<byte[]>();
        var left = bytes;
        foreach (var file in Files.Reverse())
        {
            var part = End(folder.File(file), left);
            left -= part.Length;
            parts.Insert(0, part);
        }

        var text = Encoding.UTF8.GetString([.. parts.SelectMany(p => p)]).Replace('\0', '\uFFFD');
        var all = text.Split('\n');
        return [.. all.Select(l => l.TrimEnd('\r')).Where((l, i) => l.Length > 0 || i < all.Length - 1).TakeLast(lines).Select(l => l.Length <= LineLimit ? l : l[..LineLimit] + "...")];
    }

    private static byte[] End(string file, int bytes)
    {
        if (bytes <= 0)
        {
            return [];
        }

        try
        {
            // Its writer may rename it meanwhile; what is open stays.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = (int)Math.Min(stream.Length, bytes);
            stream.Seek(-length, SeekOrigin.End);
            var end = new byte[length];
            return end[..stream.ReadAtLeast(end, length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
