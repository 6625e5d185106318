using System.Collections.Immutable;

namespace Muster.Persistence.Moving;

/// <summary>A table as a move sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">The columns that tell its rows apart; rows are compared in their order.</param>
/// <param name="Numbered">The column that the database numbers, if there is one: it goes on after the last.</param>
internal sealed record MovingTable(string Name, string Key, string? Numbered = null)
{
    /// <summary>All of them.</summary>
    public static readonly ImmutableArray<MovingTable> All =
    [
        new("metadata", "key"),
        new("journal", "ordering", "ordering"),
        new("tags", "ordering_id, tag"),
        new("snapshot", "persistence_id, sequence_number"),
        new("process", "seq", "seq"),
        new("workflow", "seq", "seq"),
        new("process_label", "namespace, key, value, seq"),
        new("process_link", "namespace, child, parent"),
        new("process_count", "namespace, queue, status, node"),
        new("slot", "namespace, queue, key, slot"),
        new("log", "namespace, process, attempt, sequence"),
        new("queue", "namespace, name"),
        new("executor", "namespace, id"),
        new("schedule", "namespace, id"),
        new("generator", "namespace, id"),
        new("deployment", "namespace, id"),
        new("deployment_revision", "namespace, deployment, revision"),
        new("deployment_instance", "namespace, deployment, id"),
        new("deployment_decision", "seq", "seq"),
        new("api_key", "id"),
        new("record", "seq", "seq"),
        new("file", "file_id", "file_id"),
        new("file_chunk", "file_id, n"),
    ];
}
