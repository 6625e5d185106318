using System.Collections.Immutable;
using Muster.Messages.Processes;

namespace Muster.Messages.Workflows;

/// <summary>One process of a workflow.</summary>
public sealed record WorkflowNode
{
    /// <summary>Its name, unique within the workflow; the id of its process derives from it.</summary>
    public required string Name { get; init; }

    /// <summary>What to run. The workflow sets <see cref="ProcessSpec.Name"/> to the name of the node, and <see cref="ProcessSpec.After"/> and <see cref="ProcessSpec.Workflow"/>, itself.</summary>
    public required ProcessSpec Process { get; init; }

    /// <summary>Names of the nodes that must have succeeded before.</summary>
    public ImmutableArray<string> After { get; init; } = [];
}
