namespace Muster.Bench.Stores;

/// <summary>A place in which seeds keep what they are given: fresh for each run, gone after it.</summary>
internal interface IBenchStore : IAsyncDisposable
{
    /// <summary>The address that seeds and nodes are given; null for the file in <see cref="Folder"/>.</summary>
    string? Address { get; }

    /// <summary>The folder that the programs work in.</summary>
    string Folder { get; }

    /// <summary>CPU time of a server so far, in seconds; null where there is none of our own.</summary>
    double? CpuSeconds { get; }

    /// <summary>Queries answered so far; null where nobody counts them.</summary>
    Task<long?> QueriesAsync();
}
