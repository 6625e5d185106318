using System.Globalization;
using Muster.Persistence.Journal;
using Muster.Persistence.Membership;
using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>The rows of the core nodes. All times are the server's.</summary>
/// <param name="source">Connections.</param>
/// <param name="fence">Holds this node's writer back.</param>
/// <param name="clock">This node's time, when it goes by the server's.</param>
internal sealed class PostgresMembers(NpgsqlDataSource source, PostgresFence fence, StoreClock? clock) : IMembers
{
    /// <summary>A member that was not heard of for longer is not asked for a way into the cluster.</summary>
    private const string Fresh = "interval '15 seconds'";

    /// <summary>Rows of members that are down tell what happened, for a while.</summary>
    private const string Kept = "interval '1 day'";

    /// <summary>Takes the lock under which nodes join, until the transaction ends.</summary>
    public const string LockJoining = "SELECT pg_advisory_xact_lock(687838, hashtext(current_schema()))";

    /// <summary>Whether a node runs on the store.</summary>
    public const string AnyMember = $"SELECT EXISTS (SELECT FROM member WHERE status < 3 AND seen_at > clock_timestamp() - {Fresh})";

    /// <inheritdoc />
    public CancellationToken Fenced => fence.Fenced;

    /// <inheritdoc />
    public Task<JoinPlan> PlanJoinAsync(MemberName self, IReadOnlyCollection<string> gone, CancellationToken cancel = default) => RunAsync(async connection =>
    {
        var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await ExecuteAsync(connection, LockJoining, cancel).ConfigureAwait(false);
            await ExecuteAsync(connection, $"DELETE FROM member WHERE status = 3 AND seen_at < clock_timestamp() - {Kept}", cancel).ConfigureAwait(false);
            if (await ScalarAsync(connection, "SELECT 1 FROM member WHERE node = $1 AND status = 3", cancel, self.ToString()).ConfigureAwait(false) is not null)
            {
                fence.Fall();
                throw new StoreUnavailableException($"The node {self} was shut out.");
            }

            // An address has one listener: who had it before has ended.
            await DownAsync(connection, "node <> $1 AND (address = $2 OR address = ANY ($3))", cancel, self.ToString(), self.Address, gone.ToArray()).ConfigureAwait(false);
            var contacts = await QueryAsync(
                connection,
                $"SELECT address FROM member WHERE status = 2 AND node <> $1 AND seen_at > clock_timestamp() - {Fresh} ORDER BY started_at",
                r => r.GetString(0), cancel, self.ToString()).ConfigureAwait(false);
            var epoch = await ScalarAsync(connection, "SELECT value::bigint FROM metadata WHERE key = 'epoch'", cancel).ConfigureAwait(false) as long? ?? 0;
            if (contacts.Count == 0)
            {
                epoch++;
                await ExecuteAsync(
                    connection, "INSERT INTO metadata (key, value) VALUES ('epoch', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value", cancel,
                    epoch.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
                // Nobody of an older cluster writes beside this one, however long it was silent.
                await DownAsync(connection, "node <> $1 AND status = 2", cancel, self.ToString()).ConfigureAwait(false);
            }

            var place = await ScalarAsync(
                connection,
                """
                INSERT INTO member (node, address, status, epoch, place, started_at, seen_at)
                VALUES ($1, $2, $3, $4,
                  (SELECT min(n) FROM generate_series(0, (SELECT count(*) FROM member WHERE status < 3)) AS n WHERE n NOT IN (SELECT place FROM member WHERE status < 3)),
                  clock_timestamp(), clock_timestamp())
                ON CONFLICT (node) DO UPDATE SET status = CASE WHEN member.status = 1 THEN excluded.status ELSE member.status END, epoch = excluded.epoch, seen_at = excluded.seen_at
                RETURNING place
                """,
                cancel, self.ToString(), self.Address, (int)(contacts.Count == 0 ? MemberStatus.Up : MemberStatus.Starting), epoch).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            fence.Enlist(self, (int)place!);
            return new JoinPlan(contacts, epoch);
        }
    });

    /// <inheritdoc />
    public Task UpAsync(CancellationToken cancel = default) => SayAsync("status = 2, seen_at = clock_timestamp()", cancel);

    /// <inheritdoc />
    public Task<TimeSpan> SeenAsync(CancellationToken cancel = default) => SayAsync("seen_at = clock_timestamp()", cancel);

    /// <inheritdoc />
    public Task MarkDownAsync(MemberName member, CancellationToken cancel = default) => RunAsync(async connection =>
    {
        var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            // Who was shut out has no say in who else is.
            if (fence.Self is { } self && await ScalarAsync(connection, "SELECT status FROM member WHERE node = $1 FOR KEY SHARE", cancel, self.ToString()).ConfigureAwait(false) is not (int)MemberStatus.Up)
            {
                fence.Fall();
                return 0;
            }

            var marked = await DownAsync(connection, "node = $1", cancel, member.ToString()).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return marked;
        }
    });

    /// <inheritdoc />
    public Task<IReadOnlyList<MemberRow>> ListAsync(CancellationToken cancel = default) => RunAsync(connection => QueryAsync(
        connection,
        "SELECT node, address, status, epoch, clock_timestamp() - seen_at FROM member WHERE status < 3 ORDER BY started_at",
        r => new MemberRow(r.GetString(0), r.GetString(1), (MemberStatus)r.GetInt32(2), r.GetInt64(3), r.GetTimeSpan(4)), cancel));

    /// <inheritdoc />
    public Task<bool> TakeLeaseAsync(string name, string owner, TimeSpan span, CancellationToken cancel = default) => RunAsync(async connection => await ScalarAsync(
        connection,
        """
        INSERT INTO lease (name, owner, until)
        SELECT $1, $2, clock_timestamp() + $3 WHERE $4 = '' OR EXISTS (SELECT FROM member WHERE node = $4 AND status = 2)
        ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
        WHERE lease.owner = excluded.owner OR lease.until < clock_timestamp()
        RETURNING 1
        """,
        cancel, name, owner, span, fence.Self?.ToString() ?? "").ConfigureAwait(false) is not null);

    /// <inheritdoc />
    public Task ReleaseLeaseAsync(string name, string owner, CancellationToken cancel = default) =>
        RunAsync(connection => ExecuteAsync(connection, "DELETE FROM lease WHERE name = $1 AND owner = $2", cancel, name, owner));

    /// <summary>This node stops: who starts next need not wait until it is silent long enough.</summary>
    public Task LeaveAsync() => fence.Self is { } self ? RunAsync(connection => DownAsync(connection, "node = $1", CancellationToken.None, self.ToString())) : Task.CompletedTask;

    private Task<TimeSpan> SayAsync(string what, CancellationToken cancel) => RunAsync(async connection =>
    {
        var self = fence.Self ?? throw new InvalidOperationException("This node has not asked how to join yet.");
        var asked = TimeProvider.System.GetTimestamp();
        if (await ScalarAsync(connection, $"UPDATE member SET {what} WHERE node = $1 AND status < 3 RETURNING clock_timestamp()", cancel, self.ToString()).ConfigureAwait(false) is DateTime time)
        {
            return clock?.Follow(new DateTimeOffset(time), TimeProvider.System.GetElapsedTime(asked)) ?? TimeSpan.Zero;
        }

        fence.Fall();
        return TimeSpan.Zero;
    });

    // A batch holds the key of its writer's row: this waits for the one that runs, and the next one sees it.
    private static async Task<int> DownAsync(NpgsqlConnection connection, string which, CancellationToken cancel, params object[] values) => await ExecuteAsync(
        connection,
        $"WITH held AS (SELECT node FROM member WHERE status < 3 AND ({which}) ORDER BY node FOR UPDATE) UPDATE member SET status = 3 FROM held WHERE member.node = held.node",
        cancel, values).ConfigureAwait(false);

    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> action)
    {
        try
        {
            var connection = await source.OpenConnectionAsync().ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                return await action(connection).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (PostgresErrors.Unavailable(e) is { } away)
        {
            throw away;
        }
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel, params object[] values)
    {
        var command = Command(connection, sql, values);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancel, params object[] values)
    {
        var command = Command(connection, sql, values);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancel).ConfigureAwait(false) is { } value and not DBNull ? value : null;
        }
    }

    private static async Task<IReadOnlyList<T>> QueryAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancel, params object[] values)
    {
        var rows = new List<T>();
        var command = Command(connection, sql, values);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancel).ConfigureAwait(false))
                {
                    rows.Add(read(reader));
                }
            }
        }

        return rows;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
