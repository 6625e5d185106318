using System.Globalization;

namespace Muster.Persistence.Sql;

/// <summary>The numbers of schema scripts, which are called 0001_first.sql and so on.</summary>
internal static class SchemaNumbers
{
    /// <summary>Compares what was applied with what is known. Scripts only add, or put one index in the place of another, so an older store is brought up; of a newer one nobody here knows what its rows mean.</summary>
    /// <param name="folder">Where the scripts are among the resources.</param>
    /// <param name="applied">The names of the scripts that the store has.</param>
    /// <exception cref="StoreOpenException">The store has more.</exception>
    public static void RefuseNewer(string folder, IEnumerable<string> applied)
    {
        var known = Newest(folder, typeof(SchemaNumbers).Assembly.GetManifestResourceNames());
        var has = Newest(folder, applied);
        if (has > known)
        {
            throw new StoreOpenException(string.Create(
                CultureInfo.InvariantCulture,
                $"The store has schema {has} and this version knows schemas up to {known}: a newer version wrote it. Start that version, or give this one another store."));
        }
    }

    private static int Newest(string folder, IEnumerable<string> names) =>
        names.Where(n => n.Contains(folder, StringComparison.Ordinal)).Select(n => Number(folder, n)).DefaultIfEmpty().Max();

    private static int Number(string folder, string name)
    {
        var number = name.AsSpan(name.IndexOf(folder, StringComparison.Ordinal) + folder.Length);
        var end = number.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? number : number[..end], CultureInfo.InvariantCulture, out var parsed) ? parsed : int.MaxValue;
    }
}
