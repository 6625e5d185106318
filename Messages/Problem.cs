namespace Muster.Messages;

/// <summary>Why a command was refused. The gateway maps each to a status of its protocol.</summary>
public enum Problem
{
    /// <summary>The command itself is wrong (400).</summary>
    Invalid,

    /// <summary>There is no such thing (404).</summary>
    NotFound,

    /// <summary>It contradicts what is already so: an older attempt, another spec, a final state (409).</summary>
    Conflict,

    /// <summary>The node cannot take more now; the same command later will do (503).</summary>
    Busy,

    /// <summary>The disk of the store is nearly full; only submits are refused (507).</summary>
    StorageFull,

    /// <summary>The stored history cannot be read; an operator has to look (500).</summary>
    Damaged,

    /// <summary>More of it than is taken at once; the same later will do (429).</summary>
    TooMuch,
}
