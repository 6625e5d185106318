using Muster.Messages.Deployments;

namespace Muster.Persistence.ReadModel;

/// <summary>A revision of a deployment.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Template">What runs in it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it.</param>
public sealed record DeploymentRevisionRow(long Revision, InstanceTemplate Template, DateTimeOffset CreatedAt, string? CreatedBy);
