namespace Muster.Persistence.Membership;

/// <summary>The row of a core node.</summary>
/// <param name="Node">Address and incarnation.</param>
/// <param name="Address">Where its inside listens, HOST:PORT.</param>
/// <param name="Status">Whether it writes.</param>
/// <param name="Epoch">The cluster that it belongs to.</param>
/// <param name="Silence">How long nothing was heard of it.</param>
public sealed record MemberRow(string Node, string Address, MemberStatus Status, long Epoch, TimeSpan Silence);
