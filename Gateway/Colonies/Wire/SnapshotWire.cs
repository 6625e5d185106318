namespace Muster.Gateway.Colonies.Wire;

/// <summary>The files under a label as they were at one time.</summary>
internal sealed record SnapshotWire
{
    /// <summary>The kind of its record; the key is the name, the tag the id.</summary>
    public const string Kind = "colonies.snapshot";

    public string SnapshotId { get; init; } = "";

    public string ColonyName { get; init; } = "";

    public string Label { get; init; } = "";

    public string Name { get; init; } = "";

    public IReadOnlyList<string> FileIds { get; init; } = [];

    public DateTimeOffset Added { get; init; } = Loose.NoTime;
}
