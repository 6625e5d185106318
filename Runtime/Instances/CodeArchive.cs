using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;

namespace Muster.Runtime.Instances;

/// <summary>The code of an instance: a zip or one file.</summary>
internal static class CodeArchive
{
    /// <summary>A small zip can hold very much.</summary>
    private const long UnpackedLimit = 256L * 1024 * 1024;

    private const int FilesLimit = 10_000;

    /// <summary>Puts it into a folder, unpacked when it is a zip.</summary>
    /// <param name="code">The code.</param>
    /// <param name="folder">The folder, which is made.</param>
    /// <param name="name">The name of one that is one file.</param>
    /// <exception cref="InstanceStartException">It is a zip that is damaged, too large, or would write outside of the folder.</exception>
    [SuppressMessage("Security", "CA3003", Justification = "The name is checked to be one; what a zip holds is checked to stay in the folder.")]
    public static void Put(ReadOnlyMemory<byte> code, string folder, string name)
    {
        Directory.CreateDirectory(folder);
        if (InstanceRuntimes.IsZip(code.Span))
        {
            Unpack(code, folder);
        }
        else
        {
            File.WriteAllBytes(Path.Combine(folder, name), code.Span);
        }
    }

    private static void Unpack(ReadOnlyMemory<byte> zip, string folder)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(zip.ToArray(), writable: false));
            if (archive.Entries.Count > FilesLimit)
            {
                throw new InstanceStartException($"The code has {archive.Entries.Count} files, and at most {FilesLimit} are unpacked.");
            }

            var left = UnpackedLimit;
            foreach (var entry in archive.Entries)
            {
                var path = Path.GetFullPath(Path.Combine(folder, entry.FullName));
                if (!path.StartsWith(folder + "/", StringComparison.Ordinal))
                {
                    throw new InstanceStartException($"The code has a file '{entry.FullName}', which lies outside of its folder.");
                }

                if (entry.FullName.EndsWith('/'))
                {
                    Directory.CreateDirectory(path);
                    continue;
                }

                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                left = Copy(entry, path, left);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InstanceStartException($"The code cannot be unpacked: {e.Message}", e);
        }
    }

    // What an entry says of its size need not be true.
    private static long Copy(ZipArchiveEntry entry, string path, long left)
    {
        using var from = entry.Open();
        using var to = new FileStream(path, FileMode.Create, FileAccess.Write);
        var buffer = new byte[64 * 1024];
        while (from.Read(buffer) is > 0 and var read)
        {
            left -= read;
            if (left < 0)
            {
                throw new InstanceStartException($"The code has more than {UnpackedLimit} bytes when it is unpacked.");
            }

            to.Write(buffer.AsSpan(0, read));
        }

        return left;
    }
}
