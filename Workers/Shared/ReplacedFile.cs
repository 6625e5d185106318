using System.Text;

namespace Muster.Workers.Shared;

/// <summary>Writes a file whole or not at all: into a temporary one beside it, to the disk, then by rename.</summary>
public static class ReplacedFile
{
    /// <summary>Replaces the text of a file, or makes it.</summary>
    /// <param name="path">The file. When it is a link, what it points to is replaced.</param>
    /// <param name="text">What it holds then, as UTF-8.</param>
    /// <param name="ownerOnly">Whether only the owner may read it, from the first byte on; on Unix.</param>
    /// <exception cref="IOException">It could not be written; the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, string text, bool ownerOnly)
    {
        ArgumentNullException.ThrowIfNull(text);
        var target = (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(path);
        var temporary = target + "~";
        // A file that a killed program left behind may have other rights.
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = ownerOnly
                ? UnixFileMode.UserRead | UnixFileMode.UserWrite
                : File.Exists(target) ? File.GetUnixFileMode(target) : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        }

        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw;
        }
    }
}
