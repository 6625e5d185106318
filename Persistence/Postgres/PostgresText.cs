namespace Muster.Persistence.Postgres;

/// <summary>Texts as PostgreSQL keeps them.</summary>
internal static class PostgresText
{
    /// <summary>The text with the sign for what cannot be shown in place of each NUL, which PostgreSQL refuses. Output of commands may hold some.</summary>
    public static string Storable(string text) => text.Contains('\0', StringComparison.Ordinal) ? text.Replace('\0', '\uFFFD') : text;
}
