using Muster.Messages.Processes;
using Muster.Messages.Workflows;

namespace Muster.Messages.Schedules;

/// <summary>What is submitted again and again: one process or one workflow.</summary>
public sealed record WorkTemplate
{
    /// <summary>The process; null when it is a workflow.</summary>
    public ProcessSpec? Process { get; init; }

    /// <summary>The workflow; null when it is a process.</summary>
    public WorkflowSpec? Workflow { get; init; }
}
