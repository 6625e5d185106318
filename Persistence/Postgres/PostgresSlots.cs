using System.Collections.Immutable;
using Muster.Messages;
using Muster.Messages.Processes;
using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>The places under limits: the table, not the queue, has the last word on who holds one.</summary>
internal static class PostgresSlots
{
    private static readonly ImmutableArray<PostgresColumn> Columns =
    [
        PostgresColumn.Text("namespace"), PostgresColumn.Text("queue"), PostgresColumn.Text("key"), PostgresColumn.Int("slot"),
        PostgresColumn.Text("process"), PostgresColumn.Int("attempt"),
    ];

    private static readonly string Insert =
        $"INSERT INTO slot ({PostgresColumn.Names(Columns)}) SELECT * FROM unnest({PostgresColumn.Arrays(Columns)}) ON CONFLICT DO NOTHING RETURNING namespace, queue, key, slot, process, attempt";

    /// <summary>Takes those that are free; says of each claim whether it was. Of several claims for one place the first wins.</summary>
    public static bool[] Take(PostgresSession session, IReadOnlyList<(ProcessId Id, string Queue, SlotClaim Slot, int Attempt)> claims)
    {
        // Nodes that claim in the same order cannot wait for each other.
        var ordered = claims.OrderBy(c => c.Id.Namespace, StringComparer.Ordinal).ThenBy(c => c.Queue, StringComparer.Ordinal)
            .ThenBy(c => c.Slot.Key, StringComparer.Ordinal).ThenBy(c => c.Slot.Slot).ToList();
        using var command = new NpgsqlCommand(Insert, session.Connection);
        command.Parameters.Add(Columns[0].Of(ordered, c => c.Id.Namespace));
        command.Parameters.Add(Columns[1].Of(ordered, c => c.Queue));
        command.Parameters.Add(Columns[2].Of(ordered, c => c.Slot.Key));
        command.Parameters.Add(Columns[3].Of(ordered, c => c.Slot.Slot));
        command.Parameters.Add(Columns[4].Of(ordered, c => c.Id.Id));
        command.Parameters.Add(Columns[5].Of(ordered, c => c.Attempt));
        var taken = new HashSet<(string, string, string, int, string, int)>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                taken.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetString(4), reader.GetInt32(5)));
            }
        }

        // A claim that stands twice in the batch is taken once.
        return [.. claims.Select(c => taken.Remove((c.Id.Namespace, c.Queue, c.Slot.Key, c.Slot.Slot, c.Id.Id, c.Attempt)))];
    }
}
