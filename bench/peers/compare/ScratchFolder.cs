namespace Muster.Bench.Peers.Compare;

/// <summary>A folder for everything that is written, which is gone at the end.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private const UnixFileMode Everyone =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Makes one.</summary>
    /// <exception cref="Refusal">Not there.</exception>
    public ScratchFolder(string parent)
    {
        if (!Directory.Exists(parent))
        {
            throw new Refusal($"There is no folder {parent}. Make it, or name another with --folder.");
        }

        try
        {
            Path = System.IO.Path.Combine(System.IO.Path.GetFullPath(parent), $"muster-compare-{Environment.ProcessId}");
            // The account of the PostgreSQL server has to get through.
            Directory.CreateDirectory(Path, Everyone);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new Refusal($"No folder can be made in {parent}: {error.Message}");
        }
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
