namespace Muster.Engine.Hosting;

/// <summary>Small files that only their owner may read.</summary>
public static class OwnerFile
{
    /// <summary>Writes one, in place of what is there; its folder is made when missing. Who reads it sees all of it or the one before.</summary>
    /// <param name="path">Where.</param>
    /// <param name="text">Its whole text.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var draft = $"{path}.{Environment.ProcessId}";
        using (var writer = new StreamWriter(draft, options))
        {
            writer.Write(text);
        }

        File.Move(draft, path, overwrite: true);
    }
}
