using System.Collections.Immutable;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Planning;

/// <summary>What to do, and why.</summary>
/// <param name="Orders">What to do.</param>
/// <param name="Decisions">Why, and why something is not done.</param>
/// <param name="Next">When something is to be done although nothing changes; null when nothing is.</param>
public sealed record InstancePlan(ImmutableArray<InstanceOrder> Orders, ImmutableArray<DeploymentDecision> Decisions, DateTimeOffset? Next);
