namespace Muster.Cli.Shell;

/// <summary>The lines that were typed, kept from one shell to the next in a file that only its owner reads.</summary>
internal sealed class History
{
    private const int Kept = 1_000;

    private readonly string? _file;
    private readonly List<string> _lines = [];

    /// <summary>Reads what was kept.</summary>
    /// <param name="file">The file; null to keep nothing.</param>
    public History(string? file)
    {
        _file = file;
        try
        {
            if (file is not null && File.Exists(file))
            {
                _lines.AddRange(File.ReadLines(file).TakeLast(Kept));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A shell without a past is better than none.
        }
    }

    /// <summary>The lines, the oldest first.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The file of this user; MUSTER_HISTORY names another, and an empty value keeps nothing.</summary>
    public static string? FileOfUser()
    {
        if (Environment.GetEnvironmentVariable("MUSTER_HISTORY") is { } named)
        {
            return named.Length > 0 ? named : null;
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0 ? Path.Combine(home, ".muster_history") : null;
    }

    /// <summary>Keeps a line, unless it is the one before again.</summary>
    public void Add(string line)
    {
        if (line.Length == 0 || (_lines.Count > 0 && _lines[^1] == line))
        {
            return;
        }

        _lines.Add(line);
        if (_file is null)
        {
            return;
        }

        try
        {
            var isNew = !File.Exists(_file);
            File.AppendAllText(_file, $"{line}\n");
            if (isNew && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in memory.
        }
    }
}
