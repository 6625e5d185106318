using System.Text.Json.Serialization;

namespace Muster.Messages.Workflows;

/// <summary>What the failure of a node does to those that do not depend on it. Those that do fail in any case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkflowFailurePolicy>))]
public enum WorkflowFailurePolicy
{
    /// <summary>They go on.</summary>
    [JsonStringEnumMemberName("fail-dependents")] FailDependents,

    /// <summary>All that are not final fail too.</summary>
    [JsonStringEnumMemberName("fail-all")] FailAll,

    /// <summary>As <see cref="FailAll"/> when others depend on the node that failed, as <see cref="FailDependents"/> when none does.</summary>
    [JsonStringEnumMemberName("fail-all-of-inner-node")] FailAllOfInnerNode,
}
