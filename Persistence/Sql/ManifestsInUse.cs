using Muster.Messages.Serialization;
using Muster.Persistence.Journal;

namespace Muster.Persistence.Sql;

/// <summary>Says in the store which kinds of events it holds, so that a version that cannot read one of them is refused at its start, and not in the middle of a recovery.</summary>
internal sealed class ManifestsInUse
{
    private const string Prefix = "manifest/";

    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _open = new(StringComparer.Ordinal);

    /// <summary>Refuses a store with events that this version does not know.</summary>
    /// <exception cref="StoreOpenException">It has some; the message names them.</exception>
    public static void Check(ISqlSession session)
    {
        var unknown = session.Query($"SELECT key FROM metadata WHERE key >= '{Prefix}' AND key < 'manifest0' ORDER BY key", r => r.GetString(0)[Prefix.Length..])
            .Where(m => Manifests.Find(m) is null).ToList();
        if (unknown.Count > 0)
        {
            throw new StoreOpenException($"The store holds events that this version cannot read ({string.Join(", ", unknown)}): a newer version wrote them. Start that version, or give this one another store.");
        }
    }

    /// <summary>Says the kinds of a batch that were not said yet, inside its transaction.</summary>
    public void Say(ISqlSession session, IReadOnlyList<StoreWork> batch)
    {
        _open.Clear();
        foreach (var work in batch)
        {
            foreach (var row in work.Append?.Rows ?? [])
            {
                if (row.Manifest is { } manifest && !_said.Contains(manifest))
                {
                    _open.Add(manifest);
                }
            }
        }

        // In one order, so that two nodes cannot wait for each other.
        foreach (var manifest in _open)
        {
            session.Execute("INSERT INTO metadata (key, value) VALUES (?1, '1') ON CONFLICT DO NOTHING", $"{Prefix}{manifest}");
        }
    }

    /// <summary>The transaction was committed.</summary>
    public void Committed()
    {
        _said.UnionWith(_open);
        _open.Clear();
    }
}
