using System.Text.Json;

namespace Muster.Gateway.Colonies.Members;

/// <summary>A worker that the owner of a colony has added.</summary>
internal sealed record ColonyExecutor
{
    /// <summary>The kind of its record.</summary>
    public const string Kind = "colonies.executor";

    /// <summary>The colony.</summary>
    public required string Colony { get; init; }

    /// <summary>The name, unique in the colony; the engine knows it by this.</summary>
    public required string Name { get; init; }

    /// <summary>The identity.</summary>
    public required string Id { get; init; }

    /// <summary>The kind of processes that it takes.</summary>
    public required string Type { get; init; }

    /// <summary>Whether it is a member.</summary>
    public ExecutorState State { get; init; }

    /// <summary>Kept for clients; nothing depends on it.</summary>
    public bool RequireFuncReg { get; init; }

    /// <summary>When it was added.</summary>
    public DateTimeOffset AddedAt { get; init; }

    /// <summary>Where it is; empty for anywhere.</summary>
    public string Location { get; init; } = "";

    /// <summary>Hardware and software, as it said; null for nothing.</summary>
    public JsonElement? Capabilities { get; init; }

    /// <summary>What projects use of it, as it said; null for nothing.</summary>
    public JsonElement? Allocations { get; init; }

    /// <summary>The blueprint that it was made from; empty for none.</summary>
    public string BlueprintId { get; init; } = "";

    /// <summary>The generation of that blueprint.</summary>
    public long BlueprintGeneration { get; init; }
}
