namespace Muster.Engine.Inspection;

/// <summary>The cluster as one of its members sees it.</summary>
/// <param name="Self">The address of that member.</param>
/// <param name="Leader">The member that leads; null while none does.</param>
/// <param name="RoleLeaders">Who leads among those of a role.</param>
/// <param name="Members">All members, by address.</param>
public sealed record ClusterView(string Self, string? Leader, IReadOnlyDictionary<string, string> RoleLeaders, IReadOnlyList<MemberView> Members);
