using System.Data.Common;
using Muster.Persistence.Journal;
using Muster.Persistence.Keys;

namespace Muster.Persistence.Sql;

/// <summary>The table of keys.</summary>
/// <param name="writer">Where it is written.</param>
/// <param name="readers">Where it is read.</param>
/// <param name="shared">Whether other processes may write it.</param>
internal sealed class SqlKeys(GroupCommit writer, ISqlReaders readers, bool shared) : IKeyStore
{
    public bool Shared => shared;

    public Task<IReadOnlyList<KeyRow>> ListAsync(CancellationToken cancel = default) => readers.RunAsync(
        s => s.Query("SELECT id, hash, name, role, namespace, created_at, revoked_at, last_used FROM api_key ORDER BY created_at, id", Row), cancel);

    public Task AddAsync(KeyRow key) => WriteAsync(s => s.Execute(
        "INSERT INTO api_key (id, hash, name, role, namespace, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        key.Id, key.Hash.ToArray(), key.Name, Word(key.Role), key.Namespace, SqlTimes.Down(key.CreatedAt)));

    public Task RevokeAsync(string id, DateTimeOffset now) => WriteAsync(s => s.Execute(
        "UPDATE api_key SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL", id, SqlTimes.Down(now)));

    public Task TouchAsync(string id, DateTimeOffset now) => WriteAsync(s => s.Execute(
        "UPDATE api_key SET last_used = ?2 WHERE id = ?1", id, SqlTimes.Down(now)));

    private static KeyRow Row(DbDataReader r) => new()
    {
        Id = r.GetString(0),
        Hash = (byte[])r.GetValue(1),
        Name = r.GetString(2),
        Role = Enum.Parse<KeyRole>(r.GetString(3), ignoreCase: true),
        Namespace = r.GetString(4),
        CreatedAt = SqlRows.Time(r, 5),
        RevokedAt = SqlRows.OptionalTime(r, 6),
        LastUsed = SqlRows.OptionalTime(r, 7),
    };

    private static string Word(KeyRole role) => role.ToString().ToLowerInvariant();

    private async Task WriteAsync(Action<ISqlSession> statement)
    {
        if (await writer.WriteAsync(StoreWork.Of(null, 64, statement)).ConfigureAwait(false) is { } rejected)
        {
            throw rejected;
        }
    }
}
