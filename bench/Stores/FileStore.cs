namespace Muster.Bench.Stores;

/// <summary>A folder of its own, for a file or for nothing at all.</summary>
internal sealed class FileStore(string parent, string? address) : IBenchStore
{
    public string? Address => address;

    public string Folder { get; } = Directory.CreateDirectory(Path.Combine(parent, $"muster-bench-{Guid.NewGuid():N}")).FullName;

    public double? CpuSeconds => null;

    public Task<long?> QueriesAsync() => Task.FromResult<long?>(null);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
