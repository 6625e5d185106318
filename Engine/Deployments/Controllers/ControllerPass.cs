using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Controllers;

/// <summary>What came of a pass.</summary>
/// <param name="Instances">All instances of the controller; null when it does not know yet, so that what is written of them stays.</param>
/// <param name="Decisions">What it did or did not do, and why.</param>
/// <param name="Next">When something is to be done although nothing changes; null when nothing is.</param>
public sealed record ControllerPass(IReadOnlyList<SeenInstance>? Instances, IReadOnlyList<DeploymentDecision> Decisions, DateTimeOffset? Next);
