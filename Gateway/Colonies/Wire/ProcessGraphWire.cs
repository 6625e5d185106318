namespace Muster.Gateway.Colonies.Wire;

/// <summary>A workflow, as clients read it. Every member is always there.</summary>
internal sealed record ProcessGraphWire
{
    public required string ProcessGraphId { get; init; }

    public required string InitiatorId { get; init; }

    public required string InitiatorName { get; init; }

    public required string ColonyName { get; init; }

    public required IReadOnlyList<string> RootProcessIds { get; init; }

    public required int State { get; init; }

    public required DateTimeOffset SubmissionTime { get; init; }

    public required DateTimeOffset StartTime { get; init; }

    public required DateTimeOffset EndTime { get; init; }

    public required IReadOnlyList<string> ProcessIds { get; init; }

    /// <summary>What a page draws; only of one workflow, not in lists.</summary>
    public required IReadOnlyList<NodeWire> Nodes { get; init; }

    public required IReadOnlyList<EdgeWire> Edges { get; init; }

    /// <summary>A process in the drawing.</summary>
    internal sealed record NodeWire(string Id, LabelWire Data, PositionWire Position, string Type, StyleWire Style);

    /// <summary>What is written on it.</summary>
    internal sealed record LabelWire(string Label);

    /// <summary>Where it is drawn.</summary>
    internal sealed record PositionWire(int X, int Y);

    /// <summary>How it is drawn.</summary>
    internal sealed record StyleWire(string Color, string Background);

    /// <summary>A dependency in the drawing.</summary>
    internal sealed record EdgeWire(string Id, string Source, string Target, bool Animated);
}
