namespace Muster.Engine.Inspection;

/// <summary>A member of the cluster.</summary>
/// <param name="Address">Its address, like <c>akka.tcp://muster@127.0.0.1:4053</c>.</param>
/// <param name="Roles">What it does there, sorted.</param>
/// <param name="Status">joining, weaklyup, up, leaving, exiting, down or removed.</param>
/// <param name="Reachable">Whether every member that watches it reaches it.</param>
/// <param name="Version">Of which version it is.</param>
/// <param name="Age">1 for the one that has been up longest; null for one that is not up.</param>
/// <param name="Self">Whether it is the node that answers.</param>
public sealed record MemberView(string Address, IReadOnlyList<string> Roles, string Status, bool Reachable, string Version, int? Age, bool Self);
