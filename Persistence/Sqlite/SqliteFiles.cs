using Microsoft.Data.Sqlite;

namespace Muster.Persistence.Sqlite;

/// <summary>The file of a store and what stands beside it.</summary>
internal static class SqliteFiles
{
    /// <summary>"The resource is temporarily unavailable": what Unix says about a lock that another process holds.</summary>
    private const int WouldBlock = 11;

    /// <summary>The same on Windows and on macOS.</summary>
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int WouldBlockMac = 35;

    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    /// <summary>Takes the lock that lets one process write the store. The operating system gives it back when that process ends, however it ends.</summary>
    /// <exception cref="StoreOpenException">Another process has it, or the folder cannot be written.</exception>
    public static FileStream Lock(string path)
    {
        if (Directory.Exists(path))
        {
            throw new StoreOpenException($"The store {path} is a folder. Name a file, for instance {Path.Combine(path, "muster.db")}.");
        }

        try
        {
            CreateFolder(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreOpenException($"The folder of the store {path} cannot be made: {e.Message}", e);
        }

        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is WouldBlock or WouldBlockMac or SharingViolation)
        {
            throw new StoreOpenException($"The store {path} is in use by another process. Stop that one, or give this one another folder (--data DIR).", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreOpenException($"The store {path} cannot be written: {e.Message}", e);
        }
    }

    // What is submitted may hold secrets; a folder that we make is its owner's only.
    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows() || Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Says what is wrong with a file that SQLite does not open.</summary>
    public static StoreOpenException CannotOpen(string path, SqliteException e) => new(
        e.SqliteErrorCode switch
        {
            NotADatabase => $"The file {path} is not a store: it is no SQLite database. Name another file, or move this one away.",
            Corrupt => $"The store {path} is damaged: {e.Message} Restore a backup, or save what can be read with `sqlite3 {path} .recover`.",
            _ => $"The store {path} cannot be opened: {e.Message}",
        }, e);

    /// <summary>The free space where the store lies, in bytes; null when unknown.</summary>
    public static long? FreeDisk(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
