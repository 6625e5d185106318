using Muster.Messages;

namespace Muster.Runtime;

/// <summary>Where the folders of a node's attempts are. Its own folder carries a lock, so that the next node can tell what a killed one left behind and removes it.</summary>
/// <param name="parent">The folder that it makes its own folder in.</param>
public sealed class WorkRoot(string parent) : IDisposable
{
    private const string Prefix = "muster-work-";
    private const string LockName = ".lock";
    private const string GroupsName = ".groups";

    private readonly Lock _sync = new();
    private string? _path;
    private FileStream? _lock;
    private Exec.GroupLedger? _groups;

    /// <summary>The process groups of the node's commands, noted beside the folders of their attempts.</summary>
    internal Exec.GroupLedger Groups
    {
        get
        {
            lock (_sync)
            {
                return _groups ??= new Exec.GroupLedger(() => Path.Combine(Root(), GroupsName));
            }
        }
    }

    /// <summary>The folder of an attempt; nothing is made before its path is read.</summary>
    public AttemptFolder For(ProcessId process, int attempt) =>
        new(() => Path.Combine(Root(), process.Namespace, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{process.Id}-{attempt}")));

    /// <summary>Ends the process groups that killed nodes left behind, and removes their folders. Called before new work is taken.</summary>
    internal async Task EndAbandonedAsync()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(parent))
        {
            return;
        }

        foreach (var folder in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            try
            {
                await using var abandoned = new FileStream(Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                await Exec.GroupLedger.EndAllAsync(Path.Combine(folder, GroupsName)).ConfigureAwait(false);
                Remove(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In use, being made just now, or of another user.
            }
        }
    }

    /// <summary>Removes all folders.</summary>
    public void Dispose()
    {
        lock (_sync)
        {
            if (_path is null)
            {
                return;
            }

            _lock?.Dispose();
            Remove(_path);
            _path = null;
        }
    }

    private string Root()
    {
        lock (_sync)
        {
            if (_path is not null)
            {
                return _path;
            }

            Directory.CreateDirectory(parent);
            RemoveAbandoned();
            var path = Path.Combine(parent, Prefix + Path.GetRandomFileName());
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            // The system gives the lock up when this program ends, however it ends.
            _lock = new FileStream(Path.Combine(path, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            return _path = path;
        }
    }

    private void RemoveAbandoned()
    {
        foreach (var folder in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            try
            {
                using (new FileStream(Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                }

                // Groups that may still run are ended by the next start of a node.
                if (!Directory.Exists(Path.Combine(folder, GroupsName)) || !Directory.EnumerateFileSystemEntries(Path.Combine(folder, GroupsName)).Any())
                {
                    Remove(folder);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In use, being made just now, or of another user.
            }
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start tries again.
        }
    }
}
