namespace Muster.Runtime.Exec;

/// <summary>Finds the file of a command.</summary>
internal static class CommandPath
{
    private static readonly string[] Endings = OperatingSystem.IsWindows() ? ["", ".exe", ".cmd", ".bat"] : [""];

    /// <summary>The file of a command: the one it names when it has a slash, else the first in the search path.</summary>
    /// <param name="command">The command.</param>
    /// <param name="searchPath">The folders to look in, as in PATH.</param>
    /// <param name="file">The full path.</param>
    /// <returns>Why there is none; null when there is.</returns>
    public static string? Find(string command, string searchPath, out string file)
    {
        file = "";
        if (string.IsNullOrWhiteSpace(command))
        {
            return "The process names no command: 'func' is empty.";
        }

        if (command.Contains('\0', StringComparison.Ordinal))
        {
            return "The command contains a NUL character.";
        }

        var named = command.Contains('/', StringComparison.Ordinal) || (OperatingSystem.IsWindows() && command.Contains('\\', StringComparison.Ordinal));
        var candidates = named
            ? [Path.GetFullPath(command)]
            : searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.GetFullPath(Path.Combine(folder, command)));
        string? notExecutable = null;
        foreach (var candidate in candidates.SelectMany(c => Endings.Select(e => c + e)))
        {
            if (!File.Exists(candidate))
            {
                continue;
            }

            if (IsExecutable(candidate))
            {
                file = candidate;
                return null;
            }

            notExecutable ??= candidate;
        }

        return notExecutable is not null
            ? $"The file '{notExecutable}' is not executable."
            : named ? $"There is no command '{command}' on this node." : $"There is no command '{command}' on this node; PATH is {searchPath}.";
    }

    private static bool IsExecutable(string file) =>
        OperatingSystem.IsWindows()
        || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
