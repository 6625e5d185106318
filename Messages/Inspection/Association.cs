namespace Muster.Messages.Inspection;

/// <summary>A connection of a node to another.</summary>
/// <param name="Remote">The address of the other.</param>
/// <param name="Inbound">Whether the other opened it.</param>
/// <param name="State">associated, disassociated, failed or quarantined.</param>
/// <param name="Since">Since when it is so.</param>
/// <param name="Error">What went wrong last; null for nothing.</param>
public sealed record Association(string Remote, bool Inbound, string State, DateTimeOffset Since, string? Error);
