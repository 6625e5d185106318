namespace Muster.Gateway.Colonies.Members;

/// <summary>A user or an executor, as the signature of a message shows it.</summary>
/// <param name="Colony">The colony.</param>
/// <param name="Name">The name.</param>
/// <param name="Id">The identity.</param>
/// <param name="Executor">The executor; null for a user.</param>
internal sealed record Member(string Colony, string Name, string Id, ColonyExecutor? Executor)
{
    /// <summary>Whether it may do what a member may.</summary>
    public bool IsApproved => Executor is null or { State: ExecutorState.Approved };

    /// <summary>How the history of a process names who submitted it.</summary>
    public string Words => $"{Id} {Name}";
}
