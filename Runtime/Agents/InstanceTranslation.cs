using System.Collections.Immutable;
using System.Text;
using Muster.Engine.Deployments.Secrets;
using Muster.Messages.Deployments;
using Muster.Runtime.Instances;
using Deployed = Muster.Messages.Deployments.InstanceTemplate;

namespace Muster.Runtime.Agents;

/// <summary>Between what the cluster says of instances and what this node does with them.</summary>
internal static class InstanceTranslation
{
    /// <summary>What to start.</summary>
    /// <exception cref="SecretKeyException">A secret cannot be opened here.</exception>
    /// <exception cref="FormatException">The archive is no base64.</exception>
    public static InstanceSpec Spec(AgentMessage.Start order, SecretKeys keys)
    {
        var t = order.Template;
        return new InstanceSpec
        {
            Instance = order.Instance,
            Deployment = order.Deployment.Id,
            Namespace = order.Deployment.Namespace,
            Revision = order.Revision,
            Restarts = order.Restarts,
            Runtime = t.Runtime == "dotnet" ? InstanceRuntimes.Exec : t.Runtime,
            Protocol = t.Protocol == Deployed.Pipe ? InstanceProtocol.Pipe : InstanceProtocol.Self,
            Code = t.Archive is { } archive ? Convert.FromBase64String(archive) : Encoding.UTF8.GetBytes(t.Code ?? ""),
            Entry = t.Entry ?? "process",
            Command = t.Runtime == "dotnet" ? ["dotnet", .. t.Command] : t.Command,
            Env = order.Url is { } url && t.Protocol == Deployed.Self && !t.Env.ContainsKey("MUSTER_URL") ? t.Env.Add("MUSTER_URL", url) : t.Env,
            Secrets = order.Secrets.ToImmutableSortedDictionary(s => s.Key, s => keys.Open(order.Deployment.Namespace, s.Value.Name, s.Value), StringComparer.Ordinal),
            Queues = t.Queues,
            Types = t.Types,
            Slots = t.Slots,
            Limits = new InstanceLimits { Memory = t.Resources.Memory, Cpu = t.Resources.Cpu, OpenFiles = t.Resources.OpenFiles },
            Health = new InstanceHealthCheck
            {
                Http = t.Health.Http is { } http ? new Uri(http) : null,
                Tcp = t.Health.Tcp,
                Command = t.Health.Command,
                Every = t.Health.Every,
                Within = t.Health.Within,
                Failures = t.Health.Failures,
                After = t.Health.After,
            },
            StartWithin = t.Health.StartWithin,
        };
    }

    /// <summary>What the cluster is told of an instance.</summary>
    public static SeenInstance Seen(InstanceStatus status) => new()
    {
        Id = status.Spec.Instance,
        Deployment = new DeploymentId(status.Spec.Namespace, status.Spec.Deployment),
        Revision = status.Spec.Revision,
        State = status.State switch
        {
            InstanceState.Starting => SeenState.Starting,
            InstanceState.Healthy => SeenState.Healthy,
            InstanceState.Unhealthy => SeenState.Unhealthy,
            InstanceState.Stopping => SeenState.Stopping,
            _ => status.Stopped ? SeenState.Stopped : SeenState.Crashed,
        },
        Reason = status.Reason ?? (status.NotEnforced.IsEmpty ? null : string.Join(" ", status.NotEnforced)),
        Since = status.Since,
        StartedAt = status.StartedAt,
        Restarts = status.Spec.Restarts,
        ExitCode = status.ExitCode,
        Pid = status.Pid,
        LastLines = status.LastLines,
    };
}
