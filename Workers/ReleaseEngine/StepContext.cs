namespace Muster.Workers.ReleaseEngine;

/// <summary>What a worker has while it runs a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Output">Lines for whoever reads the output of the deployment.</param>
/// <param name="Notifications">Tells those whom the step names.</param>
public sealed record StepContext(Step Step, StepOutput Output, StepNotifications Notifications);
