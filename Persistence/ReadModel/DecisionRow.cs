using Muster.Messages.Deployments;

namespace Muster.Persistence.ReadModel;

/// <summary>A decision of the reconciler.</summary>
/// <param name="Seq">Rises with every decision.</param>
/// <param name="At">When it was made.</param>
/// <param name="Decision">What, and why.</param>
public sealed record DecisionRow(long Seq, DateTimeOffset At, DeploymentDecision Decision);
