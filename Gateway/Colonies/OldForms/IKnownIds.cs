namespace Muster.Gateway.Colonies.OldForms;

/// <summary>What the ids in messages of earlier releases stand for: these named colonies and executors by their ids, present ones by their names.</summary>
internal interface IKnownIds
{
    /// <summary>The colony of an owner's id; null when there is none. Of several it is the one that the signer has to do with.</summary>
    string? ColonyOf(string ownerId);

    /// <summary>The id of the owner of a colony; null when there is no such colony.</summary>
    string? OwnerOf(string colony);

    /// <summary>An executor by its id; null when there is none.</summary>
    /// <param name="colony">The colony; null for all that the signer has to do with.</param>
    /// <param name="id">The id.</param>
    (string Colony, string Name)? ExecutorOf(string? colony, string id);

    /// <summary>The id of an executor; null when there is none of that name.</summary>
    string? IdOf(string colony, string executor);
}
