using System.Collections.Immutable;
using Muster.Messages.Workflows;

namespace Muster.Engine.Workflows.Rules;

/// <summary>A node whose process may not exist yet, with all that is needed to make it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Fingerprint">Goes with its submit, the same in every repetition.</param>
/// <param name="At">Its place in its queue.</param>
/// <param name="By">Who submitted it.</param>
/// <param name="Children">Names of nodes with processes that wait for it from now on.</param>
public sealed record PendingNode(WorkflowNode Node, string Fingerprint, DateTimeOffset At, string? By, ImmutableArray<string> Children);
