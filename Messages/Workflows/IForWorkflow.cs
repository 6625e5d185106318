namespace Muster.Messages.Workflows;

/// <summary>A message that is routed to a workflow.</summary>
public interface IForWorkflow
{
    /// <summary>Which workflow it is for.</summary>
    WorkflowId Workflow { get; }
}
