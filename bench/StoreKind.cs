namespace Muster.Bench;

/// <summary>The stores.</summary>
internal enum StoreKind
{
    /// <summary>Nothing is durable: what the rest costs.</summary>
    Memory,

    /// <summary>A file, synchronous=FULL.</summary>
    Sqlite,

    /// <summary>A server on this machine, synchronous_commit=on.</summary>
    Postgres,
}
