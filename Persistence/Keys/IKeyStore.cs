namespace Muster.Persistence.Keys;

/// <summary>The keys of the gateway. Writes are durable when their task ends.</summary>
public interface IKeyStore
{
    /// <summary>Whether other processes may change keys while this one has the store open.</summary>
    bool Shared { get; }

    /// <summary>All of them, also the revoked ones, the oldest first.</summary>
    Task<IReadOnlyList<KeyRow>> ListAsync(CancellationToken cancel = default);

    /// <summary>Adds one; keeps what is there when its id exists.</summary>
    Task AddAsync(KeyRow key);

    /// <summary>Revokes one for good; one that is revoked already stays as it is.</summary>
    Task RevokeAsync(string id, DateTimeOffset now);

    /// <summary>When one was used last.</summary>
    Task TouchAsync(string id, DateTimeOffset now);
}
