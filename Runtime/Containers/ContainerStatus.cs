using Muster.Runtime.Instances;

namespace Muster.Runtime.Containers;

/// <summary>What the engine says of a container.</summary>
/// <param name="Instance">The id of the instance.</param>
/// <param name="Deployment">The deployment that it belongs to.</param>
/// <param name="Namespace">The namespace of the deployment.</param>
/// <param name="Revision">The revision of the deployment.</param>
/// <param name="Container">The id of the container.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Reason">Why, in words for people; null when there is nothing to say.</param>
/// <param name="ExitCode">The exit code of one that has ended.</param>
public sealed record ContainerStatus(string Instance, string Deployment, string Namespace, long Revision, string Container, InstanceState State, string? Reason, int? ExitCode);
