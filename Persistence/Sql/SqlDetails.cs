using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;

namespace Muster.Persistence.Sql;

/// <summary>What stands beside the rows of some processes: specs, results, checkpoints; a query for each, whatever the number of processes.</summary>
internal static class SqlDetails
{
    /// <summary>Reads it, in the order of the rows.</summary>
    public static IReadOnlyList<ProcessDetail> Read(ISqlSession s, SqlDialect dialect, IReadOnlyList<ProcessRow> rows)
    {
        var specs = Events(s, dialect, [.. rows.Select(r => (r.Id, 1L))]);
        var results = Events(s, dialect, [.. rows.Where(r => r.ResultNr is not null).Select(r => (r.Id, r.ResultNr!.Value))]);
        var checkpoints = Checkpoints(s, dialect, [.. rows.Where(r => r.Status == ProcessStatus.Running).Select(r => r.Id)]);
        return
        [
            .. rows.Select(row => new ProcessDetail(
                row,
                (specs.GetValueOrDefault(row.Id) as ProcessEvent.Submitted)?.Spec,
                results.GetValueOrDefault(row.Id) switch
                {
                    ProcessEvent.Succeeded e => e.Result,
                    ProcessEvent.Failed e => e.Result,
                    _ => null,
                },
                checkpoints.TryGetValue(row.Id, out var checkpoint) ? checkpoint : null)),
        ];
    }

    private static Dictionary<ProcessId, ProcessEvent?> Events(ISqlSession s, SqlDialect dialect, IReadOnlyList<(ProcessId Id, long Nr)> which) => which.Count == 0
        ? []
        : s.Query(
            $"""
            SELECT e.ordering, e.persistence_id, e.sequence_number, e.message, e.manifest, e.identifier, e.writer_uuid, e.created FROM {dialect.Each("?1")} j
            JOIN journal e ON e.persistence_id = substr(j.value, {dialect.Slash("j.value")} + 1)
             AND e.sequence_number = CAST(substr(j.value, 1, {dialect.Slash("j.value")} - 1) AS bigint)
            """,
            SqlRows.History, List(which.Select(w => $"{w.Nr}/{PersistenceIds.Of(w.Id)}"))).ToDictionary(e => e.Process, e => e.Event);

    private static Dictionary<ProcessId, JsonElement> Checkpoints(ISqlSession s, SqlDialect dialect, IReadOnlyList<ProcessId> which) => which.Count == 0
        ? []
        : s.Query(
            $"""
            SELECT p.namespace, p.id, p.checkpoint FROM {dialect.Each("?1")} j
            JOIN process p ON p.namespace = substr(j.value, 1, {dialect.Slash("j.value")} - 1) AND p.id = substr(j.value, {dialect.Slash("j.value")} + 1)
            WHERE p.checkpoint IS NOT NULL
            """,
            r => (Id: SqlRows.Id(r, 0), Text: r.GetString(2)), List(which.Select(w => w.ToString()))).ToDictionary(c => c.Id, c => JsonElement.Parse(c.Text));

    private static string List(IEnumerable<string> texts) => JsonSerializer.Serialize([.. texts], ReadModelJson.Default.StringArray);
}
