namespace Muster.Persistence.Membership;

/// <summary>What a core node's row says.</summary>
public enum MemberStatus
{
    /// <summary>It wants to join.</summary>
    Starting = 1,

    /// <summary>It is a member, and writes.</summary>
    Up = 2,

    /// <summary>It has left or was removed, and writes no more.</summary>
    Down = 3,
}
