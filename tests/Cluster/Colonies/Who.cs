namespace Muster.Tests.Cluster.Colonies;

/// <summary>Everybody who may sign a message, as a colony sees them.</summary>
internal enum Who
{
    /// <summary>The owner of the server.</summary>
    ServerOwner,

    /// <summary>The owner of the colony.</summary>
    Owner,

    /// <summary>A user of the colony.</summary>
    User,

    /// <summary>An approved executor.</summary>
    Executor,

    /// <summary>An executor that was not approved yet.</summary>
    Pending,

    /// <summary>An executor that was rejected.</summary>
    Rejected,

    /// <summary>An executor that was removed.</summary>
    Removed,

    /// <summary>A member of another colony.</summary>
    Neighbour,

    /// <summary>The owner of another colony.</summary>
    OtherOwner,

    /// <summary>Somebody whom nobody knows.</summary>
    Stranger,
}
