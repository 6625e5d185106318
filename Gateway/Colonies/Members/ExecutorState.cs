namespace Muster.Gateway.Colonies.Members;

/// <summary>Whether an executor is a member; the numbers are those of the wire.</summary>
internal enum ExecutorState
{
    /// <summary>Added, not approved yet.</summary>
    Pending = 0,

    /// <summary>A member.</summary>
    Approved = 1,

    /// <summary>Refused by the owner.</summary>
    Rejected = 2,

    /// <summary>Removed; still listed.</summary>
    Unregistered = 3,
}
