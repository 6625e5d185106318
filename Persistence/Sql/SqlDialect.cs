namespace Muster.Persistence.Sql;

/// <summary>What the databases say differently. Everything else is text that both understand.</summary>
internal sealed record SqlDialect
{
    /// <summary>SQLite.</summary>
    public static readonly SqlDialect Sqlite = new()
    {
        Each = list => $"json_each({list})",
        Slash = text => $"instr({text}, '/')",
        ByIndex = index => $"INDEXED BY {index}",
        ThenJoin = "CROSS JOIN",
        LastPlace = "SELECT seq FROM sqlite_sequence WHERE name = 'journal'",
    };

    /// <summary>PostgreSQL.</summary>
    public static readonly SqlDialect Postgres = new()
    {
        Each = list => $"json_array_elements_text(CAST({list} AS json))",
        Slash = text => $"strpos({text}, '/')",
        ByIndex = _ => "",
        ThenJoin = "JOIN",
        LastPlace = "SELECT last_value FROM journal_ordering_seq WHERE is_called",
    };

    /// <summary>The elements of a JSON list of texts, as rows with the column <c>value</c>.</summary>
    public required Func<string, string> Each { get; init; }

    /// <summary>The place of the first slash in a text, from 1.</summary>
    public required Func<string, string> Slash { get; init; }

    /// <summary>Names the index to walk, where the planner would take another.</summary>
    public required Func<string, string> ByIndex { get; init; }

    /// <summary>A join whose left side comes first, where the planner would turn it round.</summary>
    public required string ThenJoin { get; init; }

    /// <summary>A query for the last place in the journal that was given out.</summary>
    public required string LastPlace { get; init; }
}
