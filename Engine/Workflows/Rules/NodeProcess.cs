using Muster.Messages.Processes;

namespace Muster.Engine.Workflows.Rules;

/// <summary>A process of a workflow, as the tables have it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">Its state.</param>
/// <param name="Cause">The process whose end ended it; null when it ended by itself.</param>
public readonly record struct NodeProcess(string Id, ProcessStatus Status, string? Cause);
