using System.Text.RegularExpressions;
using Muster.Workers.Flamenco.Tasks;

namespace Muster.Workers.Flamenco.Commands;

/// <summary>Files by a pattern in the last part of a path: <c>*</c>, <c>?</c> and <c>[...]</c>.</summary>
internal static class FileGlob
{
    /// <summary>The files, in the order of their names.</summary>
    /// <exception cref="CommandFailedException">There is none.</exception>
    public static IReadOnlyList<string> Matching(string pattern)
    {
        var full = Path.GetFullPath(pattern);
        var folder = Path.GetDirectoryName(full)!;
        var name = new Regex($"^{Regex.Escape(Path.GetFileName(full)).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal).Replace(@"\[", "[", StringComparison.Ordinal).Replace("[!", "[^", StringComparison.Ordinal)}$", RegexOptions.NonBacktracking | RegexOptions.Singleline);
        var files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Where(f => name.IsMatch(Path.GetFileName(f))).Order(StringComparer.Ordinal).ToList() : [];
        return files.Count > 0 ? files : throw new CommandFailedException($"No file matches {pattern}.");
    }
}
