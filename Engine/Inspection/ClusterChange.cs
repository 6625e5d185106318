namespace Muster.Engine.Inspection;

/// <summary>Something that happened to the cluster, as one member sees it.</summary>
/// <param name="At">When that member saw it.</param>
/// <param name="What">What: joined, weaklyup, up, left, exited, downed, removed, unreachable, reachable, leader or role-leader.</param>
/// <param name="Address">The member; null when a lead is over and nobody has it.</param>
/// <param name="Roles">The roles of the member, or the role that it leads.</param>
public sealed record ClusterChange(DateTimeOffset At, string What, string? Address, IReadOnlyList<string> Roles);
