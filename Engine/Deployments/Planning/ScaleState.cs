namespace Muster.Engine.Deployments.Planning;

/// <summary>How many instances a deployment has that follows its backlog.</summary>
/// <param name="Replicas">How many.</param>
/// <param name="NeededAt">When that many were needed last.</param>
public sealed record ScaleState(int Replicas, DateTimeOffset NeededAt);
