using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text;

namespace Muster.Runtime.Instances;

/// <summary>The folder of an instance: what was asked for, its code, its socket, its output, and what its launcher noted. Closed to other users.</summary>
/// <param name="path">Where it is.</param>
[SupportedOSPlatform("linux")]
internal sealed class InstanceFolder(string path)
{
    /// <summary>The longest path of a socket that the system takes.</summary>
    private const int SocketPathLimit = 107;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const string RecordName = "instance.json";

    public string Path { get; } = path;

    /// <summary>The folder of the code; it is the first in which a module is looked for.</summary>
    public string Code => File("code");

    /// <summary>The launcher, which leads the session.</summary>
    public ProcessMark? Launcher => ProcessMark.Read(File("launcher"));

    /// <summary>The process of the instance itself.</summary>
    public ProcessMark? Main => ProcessMark.Read(File("main"));

    /// <summary>The path of the socket: in the folder, or where the path of the folder is too long, in the temporary folder of the system.</summary>
    public string Socket
    {
        get
        {
            var inside = File("socket");
            return Encoding.UTF8.GetByteCount(inside) <= SocketPathLimit
                ? inside
                : System.IO.Path.Combine(System.IO.Path.GetTempPath(), "muster-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)))[..24], "socket");
        }
    }

    /// <summary>The exit code that the launcher noted; null when it noted none.</summary>
    public int? ExitCode()
    {
        try
        {
            return int.TryParse(System.IO.File.ReadAllText(File("exit")), NumberStyles.Integer, CultureInfo.InvariantCulture, out var code) ? code : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes the folder, or what an earlier run of the same instance left of it, ready for a start. Its output stays.</summary>
    public void Prepare(InstanceSpec spec, DateTimeOffset now)
    {
        Directory.CreateDirectory(Path, OwnerOnly);
        foreach (var old in new[] { "launcher", "main", "exit", RecordName })
        {
            System.IO.File.Delete(File(old));
        }

        if (Directory.Exists(Code))
        {
            Directory.Delete(Code, recursive: true);
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Socket)!, OwnerOnly);
        Write(new InstanceRecord { Spec = spec, StartedAt = now });
    }

    /// <summary>What was asked for; null when it cannot be read.</summary>
    public InstanceRecord? Record()
    {
        try
        {
            using var file = System.IO.File.OpenRead(File(RecordName));
            return JsonSerializer.Deserialize(file, InstanceJson.Default.InstanceRecord);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps what was asked for, so that it is there after a power cut, whole or not at all.</summary>
    public void Write(InstanceRecord record)
    {
        var file = File(RecordName);
        using (var written = new FileStream(file + ".new", FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(written, record, InstanceJson.Default.InstanceRecord);
            written.Flush(flushToDisk: true);
        }

        System.IO.File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>Removes the folder with all that is in it.</summary>
    /// <exception cref="IOException">Something in it cannot be removed.</exception>
    public void Remove()
    {
        var socket = Socket;
        if (!socket.StartsWith(Path, StringComparison.Ordinal) && Directory.Exists(System.IO.Path.GetDirectoryName(socket)))
        {
            Directory.Delete(System.IO.Path.GetDirectoryName(socket)!, recursive: true);
        }

        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
