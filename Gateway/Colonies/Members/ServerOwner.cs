using System.Text.Json;
using Muster.Gateway.Colonies.Wire;
using Muster.Persistence;
using Muster.Persistence.Records;

namespace Muster.Gateway.Colonies.Members;

/// <summary>Who owns the server: as configured, until he hands it on. What was configured anew wins again.</summary>
/// <param name="store">The store.</param>
/// <param name="options">What is configured.</param>
/// <param name="directory">Where roles are looked up.</param>
internal sealed class ServerOwner(IStore store, ColoniesOptions options, ColonyDirectory directory)
{
    private const string Kind = "colonies.server";

    /// <summary>The id of the owner; null when the dialect is switched off.</summary>
    public string? Id => directory.ServerId;

    /// <summary>Reads it, and makes the colonies that are configured.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await ReadAsync(cancel).ConfigureAwait(false);
        await directory.ReadAsync(cancel).ConfigureAwait(false);
        foreach (var (name, owner) in options.Colonies)
        {
            if (directory.Colony(name) is null)
            {
                await directory.PutAsync(new Colony(name, owner), isNew: true).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads it again: another gateway may have been asked to change it.</summary>
    public async Task ReadAsync(CancellationToken cancel)
    {
        var kept = await store.Records.FindAsync(Kind, "-", "owner", cancel).ConfigureAwait(false);
        directory.ServerId = kept is { } record && ColoniesJson.Of<Kept>(record.Body) is { } k && k.Configured == (options.ServerId ?? "") ? k.Id : options.ServerId;
    }

    /// <summary>Hands the server on.</summary>
    public async Task ChangeAsync(string id)
    {
        JsonElement body = ColoniesJson.Element(new Kept(options.ServerId ?? "", id));
        await store.Records.WriteAsync(new RecordChange.Put(Kind, "-", "owner", body)).ConfigureAwait(false);
        directory.ServerId = id;
    }

    private sealed record Kept(string Configured, string Id);
}
