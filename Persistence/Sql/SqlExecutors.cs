namespace Muster.Persistence.Sql;

/// <summary>The statements for registered executors.</summary>
internal static class SqlExecutors
{
    /// <summary>Registers one, or renews it: namespace, id, capability, time.</summary>
    public const string Register = """
        INSERT INTO executor (namespace, id, capability, registered_at, last_seen) VALUES (?1, ?2, ?3, ?4, ?4)
        ON CONFLICT (namespace, id) DO UPDATE SET capability = excluded.capability, last_seen = excluded.last_seen
        """;

    /// <summary>Forgets one: namespace, id.</summary>
    public const string Remove = "DELETE FROM executor WHERE namespace = ?1 AND id = ?2";
}
