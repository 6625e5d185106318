using Muster.Signatures;
using Muster.Workers.Shared;

namespace Muster.Workers.Colonies;

/// <summary>A private key in a file that only its owner can read. While it is open nobody else on the machine opens it, so that no two programs are one executor.</summary>
public sealed class KeyFile : IDisposable
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly FileStream? _lock;

    private KeyFile(string path, PrivateKey key, bool isNew, FileStream? held) => (Path, Key, IsNew, _lock) = (path, key, isNew, held);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The key.</summary>
    public PrivateKey Key { get; }

    /// <summary>Whether it was made now.</summary>
    public bool IsNew { get; }

    /// <summary>Reads a key, or makes one where there is none: whole or not at all, and readable for its owner only from the first byte on.</summary>
    /// <param name="path">Where; folders that are missing are made, for the owner only.</param>
    /// <param name="alone">Whether nobody else may have it open meanwhile. Without this it is only looked at.</param>
    /// <exception cref="WorkerException">It holds no key, others can read it, another program has it open, or it cannot be read or written.</exception>
    public static KeyFile Open(string path, bool alone = true)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            var folder = System.IO.Path.GetDirectoryName(full)!;
            if (!Directory.Exists(folder))
            {
                _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(folder) : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var held = alone || !File.Exists(full) ? Hold(full) : null;
            try
            {
                return Read(full, held);
            }
            catch
            {
                held?.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WorkerException($"The key file {full} cannot be read or made: {e.Message}", inner: e);
        }
    }

    /// <summary>Lets others open it.</summary>
    public void Dispose() => _lock?.Dispose();

    private static KeyFile Read(string path, FileStream? held)
    {
        if (!File.Exists(path))
        {
            var made = PrivateKey.New();
            ReplacedFile.Write(path, made.ToHex() + "\n", ownerOnly: true);
            return new KeyFile(path, made, isNew: true, held);
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new WorkerException($"The key file {path} is open to others. Make it yours alone (chmod 600 {path}), and consider the key as known.");
        }

        try
        {
            return new KeyFile(path, PrivateKey.Parse(File.ReadAllText(path).Trim()), isNew: false, held);
        }
        catch (FormatException e)
        {
            throw new WorkerException($"The key file {path} holds no key: {e.Message} Restore it, or remove it for a new key, which has to be approved.", inner: e);
        }
    }

    private static FileStream Hold(string path)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new FileStream($"{path}.lock", options);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new WorkerException($"The key file {path} is in use: another executor on this machine has it. Give each a name or a key file of its own.", inner: e);
        }
    }
}
