using Muster.Gateway.Colonies.Members;

namespace Muster.Gateway.Colonies.OldForms;

/// <summary>Ids as the directory knows them.</summary>
/// <param name="directory">Who there is.</param>
/// <param name="signer">Who signed the message in which they stand.</param>
internal sealed class KnownIds(ColonyDirectory directory, string signer) : IKnownIds
{
    /// <summary>Whether the signer is anybody at all.</summary>
    public bool KnowsSigner => directory.ServerId == signer || directory.OwnedBy(signer).Any() || !directory.Memberships(signer).IsEmpty;

    /// <inheritdoc />
    public string? ColonyOf(string ownerId)
    {
        var owned = directory.OwnedBy(ownerId).Select(c => c.Name).ToList();
        return owned.Find(name => directory.Member(name, signer) is not null) ?? owned.FirstOrDefault();
    }

    /// <inheritdoc />
    public string? OwnerOf(string colony) => directory.Colony(colony)?.OwnerId;

    /// <inheritdoc />
    public (string Colony, string Name)? ExecutorOf(string? colony, string id)
    {
        var theirs = directory.OwnedBy(signer).Select(c => c.Name).Concat(directory.Memberships(signer).Select(m => m.Colony));
        foreach (var where in colony is null ? theirs : [colony])
        {
            if (directory.Executors(where).FirstOrDefault(e => e.Id == id) is { } executor)
            {
                return (where, executor.Name);
            }
        }

        return null;
    }

    /// <inheritdoc />
    public string? IdOf(string colony, string executor) => directory.Executor(colony, executor)?.Id;
}
