using Muster.Workers.Flamenco.Configuration;

namespace Muster.Workers.Flamenco.Life;

/// <summary>What has to hold before a task is asked for: some paths can be read, others written.</summary>
internal static class PreTaskCheck
{
    /// <summary>Looks.</summary>
    /// <returns>What does not hold, in one line; null when all does.</returns>
    public static string? Problem(FlamencoSettings settings)
    {
        foreach (var path in settings.CheckRead)
        {
            if (Attempt(() => Read(path)) is { } reason)
            {
                return $"{path} cannot be read: {reason}";
            }
        }

        foreach (var path in settings.CheckWrite)
        {
            if (Attempt(() => Write(path)) is { } reason)
            {
                return $"{path} cannot be written: {reason}";
            }
        }

        return null;
    }

    private static string? Attempt(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static void Read(string path)
    {
        if (Directory.Exists(path))
        {
            _ = Directory.EnumerateFileSystemEntries(path).FirstOrDefault();
        }
        else
        {
            using var file = File.OpenRead(path);
            _ = file.ReadByte();
        }
    }

    private static void Write(string path)
    {
        if (Directory.Exists(path))
        {
            using var temporary = new FileStream(Path.Combine(path, $".flamenco-check-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            temporary.WriteByte(0);
            temporary.Flush(flushToDisk: true);
        }
        else
        {
            var existed = File.Exists(path);
            using (new FileStream(path, FileMode.Append, FileAccess.Write))
            {
                // That it opens is all.
            }

            if (!existed)
            {
                File.Delete(path);
            }
        }
    }
}
