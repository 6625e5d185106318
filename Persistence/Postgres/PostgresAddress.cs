using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>How a database is named on a command line.</summary>
public static class PostgresAddress
{
    private const int StandardPort = 5432;

    /// <summary>Whether a text names a PostgreSQL database, and not a file.</summary>
    public static bool IsOne(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsAddress(text) || text.Split(';').Any(part => part.TrimStart().StartsWith("Host=", StringComparison.OrdinalIgnoreCase) || part.TrimStart().StartsWith("Server=", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Takes an address apart.</summary>
    /// <exception cref="StoreOpenException">It is neither an address nor a list of settings.</exception>
    internal static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            return IsAddress(text) ? OfAddress(new Uri(text)) : new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException or FormatException or KeyNotFoundException)
        {
            // The text may hold a password.
            throw new StoreOpenException($"The address of the store cannot be read: {e.Message} Write postgres://user:password@host:5432/database.", e);
        }
    }

    /// <summary>Host, port and database, without secrets.</summary>
    internal static string Location(NpgsqlConnectionStringBuilder settings) => $"{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username}";

    private static bool IsAddress(string text) => text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal);

    private static NpgsqlConnectionStringBuilder OfAddress(Uri address)
    {
        var user = address.UserInfo.Split(':', 2);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = address.Host,
            Port = address.Port > 0 ? address.Port : StandardPort,
            Database = Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(user[0]),
        };
        if (user.Length > 1)
        {
            settings.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (var option in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = option.Split('=', 2);
            settings[Uri.UnescapeDataString(pair[0])] = Uri.UnescapeDataString(pair.Length > 1 ? pair[1] : "");
        }

        return settings;
    }
}
