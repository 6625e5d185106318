namespace Muster.Runtime;

/// <summary>The folder of one attempt: made when it is first asked for, removed after the attempt. Most handlers never ask.</summary>
/// <param name="path">Gives the place; called once.</param>
public sealed class AttemptFolder(Func<string> path)
{
    private readonly Lock _sync = new();
    private string? _path;
    private bool _removed;

    /// <summary>The path of the folder, which is empty at first and closed to other users.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="InvalidOperationException">The attempt is over.</exception>
    public string Path
    {
        get
        {
            lock (_sync)
            {
                return _removed ? throw new InvalidOperationException("The attempt is over and its folder is removed.") : _path ??= Make(path());
            }
        }
    }

    /// <summary>Removes the folder with all that is in it; false when something in it cannot be removed.</summary>
    public bool Remove()
    {
        lock (_sync)
        {
            _removed = true;
            if (_path is null)
            {
                return true;
            }

            try
            {
                Directory.Delete(_path, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // The work removed it itself.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }

            _path = null;
            return true;
        }
    }

    private static string Make(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
