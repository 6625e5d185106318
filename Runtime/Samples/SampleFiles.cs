using System.IO.Enumeration;
using System.Text.Json;
using Muster.Client.Handlers;

namespace Muster.Runtime.Samples;

/// <summary>The files that a process names: <c>directory</c>, <c>pattern</c> (default <c>*</c>), <c>recursive</c> (default true) and <c>exclude</c>, a list of folder names
/// (default <c>bin</c>, <c>obj</c>, <c>node_modules</c>). Hidden files and links are left out. Directory and pattern may also be the first two positional arguments.</summary>
internal static class SampleFiles
{
    private static readonly string[] UsuallyExcluded = ["bin", "obj", "node_modules"];

    /// <summary>The files, sorted by their paths relative to the root.</summary>
    /// <exception cref="FinalFailureException">The directory does not exist or is outside of what is allowed.</exception>
    public static IReadOnlyList<(string Name, string Path)> Of(IProcessContext context, SampleOptions options)
    {
        var root = Path.GetFullPath(options.Root);
        var asked = Text(context, "directory", 0) ?? ".";
        var directory = Path.GetFullPath(Path.Combine(root, asked));
        if (!options.AbsolutePathsAllowed && !IsInside(Real(directory), Real(root)))
        {
            throw new FinalFailureException($"The directory '{asked}' is outside of {root}; only what is inside may be read.");
        }

        if (!Directory.Exists(directory))
        {
            throw new FinalFailureException($"There is no directory '{asked}' in {root}.");
        }

        var pattern = Text(context, "pattern", 1) ?? "*";
        var recursive = !context.Kwargs.TryGetValue("recursive", out var r) || r.ValueKind != JsonValueKind.False;
        var excluded = context.Kwargs.TryGetValue("exclude", out var e) && e.ValueKind == JsonValueKind.Array
            ? e.EnumerateArray().Where(x => x.ValueKind == JsonValueKind.String).Select(x => x.GetString()!).ToHashSet(StringComparer.Ordinal)
            : UsuallyExcluded.ToHashSet(StringComparer.Ordinal);
        var settings = new EnumerationOptions
        {
            RecurseSubdirectories = recursive,
            // A link could lead out of the folder.
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
            IgnoreInaccessible = true,
        };
        var files = new FileSystemEnumerable<string>(directory, (ref FileSystemEntry entry) => entry.ToFullPath(), settings)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && FileSystemName.MatchesSimpleExpression(pattern, entry.FileName),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !excluded.Contains(entry.FileName.ToString()),
        };
        return [.. files.Select(path => (Name: Path.GetRelativePath(root, path).Replace('\\', '/'), Path: path)).OrderBy(f => f.Name, StringComparer.Ordinal)];
    }

    private static string? Text(IProcessContext context, string name, int position)
    {
        if (context.Kwargs.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        return context.Args.Count > position && context.Args[position].ValueKind == JsonValueKind.String ? context.Args[position].GetString() : null;
    }

    private static bool IsInside(string path, string root) =>
        path == root || path.StartsWith(root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // The path with every link on the way followed; what does not exist cannot lead out.
    private static string Real(string path)
    {
        var parent = Path.GetDirectoryName(path);
        if (parent is null)
        {
            return path;
        }

        var here = Path.Combine(Real(parent), Path.GetFileName(path));
        return Directory.Exists(here) && Directory.ResolveLinkTarget(here, returnFinalTarget: true) is { } target ? Real(target.FullName) : here;
    }
}
