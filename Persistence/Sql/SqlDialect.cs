using System.Text.Json;

namespace Muster.Persistence.Sql;

/// <summary>What the databases say differently. Everything else is text that both understand.</summary>
internal sealed record SqlDialect
{
    private const string Ended = "tx < pg_snapshot_xmin(pg_current_snapshot())";

    /// <summary>SQLite.</summary>
    public static readonly SqlDialect Sqlite = new()
    {
        Each = list => $"json_each({list})",
        Among = list => $"IN (SELECT value FROM json_each({list}))",
        List = texts => JsonSerializer.Serialize(texts),
        Slash = text => $"instr({text}, '/')",
        Holds = (text, part) => $"instr({text}, {part}) > 0",
        ForChange = "",
        ByIndex = index => $"INDEXED BY {index}",
        ThenJoin = "CROSS JOIN",
        AfterPlace = "ordering > ?1",
        Transaction = "0",
        ByPlace = "ordering",
        LastPlace = "SELECT seq FROM sqlite_sequence WHERE name = 'journal'",
    };

    /// <summary>PostgreSQL.</summary>
    public static readonly SqlDialect Postgres = new()
    {
        Each = list => $"json_array_elements_text(CAST({list} AS json))",
        Among = list => $"= ANY ({list})",
        List = texts => texts.ToArray(),
        Slash = text => $"strpos({text}, '/')",
        Holds = (text, part) => $"strpos({text}, {part}) > 0",
        ForChange = " FOR UPDATE",
        ByIndex = _ => "",
        ThenJoin = "JOIN",
        // Several nodes write: a number may be committed after a higher one. Rows of ended transactions, in the order of these, get none added in between.
        AfterPlace = $"""
            (tx, ordering) > (coalesce((SELECT j.tx FROM journal j WHERE j.ordering <= ?1 ORDER BY j.ordering DESC LIMIT 1), '0'), ?1) AND {Ended}
            """,
        ByPlace = "tx, ordering",
        Transaction = "CAST(CAST(tx AS text) AS bigint)",
        LastPlace = $"SELECT ordering FROM journal WHERE {Ended} ORDER BY tx DESC, ordering DESC LIMIT 1",
    };

    /// <summary>The elements of a JSON list of texts, as rows with the column <c>value</c>.</summary>
    public required Func<string, string> Each { get; init; }

    /// <summary>Holds for a column whose value is one of a list, as <see cref="List"/> gives it.</summary>
    public required Func<string, string> Among { get; init; }

    /// <summary>A list of texts as a value.</summary>
    public required Func<IReadOnlyCollection<string>, object> List { get; init; }

    /// <summary>The place of the first slash in a text, from 1.</summary>
    public required Func<string, string> Slash { get; init; }

    /// <summary>Holds for a text that has another one in it, letter by letter.</summary>
    public required Func<string, string, string> Holds { get; init; }

    /// <summary>Said after a query for rows that are changed next, where others may write them meanwhile.</summary>
    public required string ForChange { get; init; }

    /// <summary>Names the index to walk, where the planner would take another.</summary>
    public required Func<string, string> ByIndex { get; init; }

    /// <summary>A join whose left side comes first, where the planner would turn it round.</summary>
    public required string ThenJoin { get; init; }

    /// <summary>Holds for events that followers of all transitions see after the place <c>?1</c>.</summary>
    public required string AfterPlace { get; init; }

    /// <summary>The transaction that wrote an event, as a number; 0 where it says nothing of the order.</summary>
    public required string Transaction { get; init; }

    /// <summary>The order in which followers see events.</summary>
    public required string ByPlace { get; init; }

    /// <summary>A query for the last place that followers have seen.</summary>
    public required string LastPlace { get; init; }
}
