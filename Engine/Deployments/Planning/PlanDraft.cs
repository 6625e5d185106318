using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Planning;

/// <summary>A plan while it is made.</summary>
/// <param name="now">The time of the plan.</param>
internal sealed class PlanDraft(DateTimeOffset now)
{
    private const int NameLength = 100;
    private const int Tag = 8;

    private readonly ImmutableArray<InstanceOrder>.Builder _orders = ImmutableArray.CreateBuilder<InstanceOrder>();
    private readonly ImmutableArray<DeploymentDecision>.Builder _decisions = ImmutableArray.CreateBuilder<DeploymentDecision>();
    private DateTimeOffset? _next;

    public DateTimeOffset Now => now;

    public InstancePlan Plan => new(_orders.ToImmutable(), _decisions.ToImmutable(), _next);

    /// <summary>A new instance.</summary>
    public void Start(DesiredDeployment d, string node, string reason)
    {
        var id = Name(d);
        _orders.Add(new InstanceOrder.Start(d.Id, id, node, d.Revision, 0));
        Decide(d.Id, "start", id, node, d.Revision, reason);
    }

    /// <summary>An instance that is there is started again, in the revision that it has.</summary>
    public void Restart(SeenInstance i, int restarts, string reason)
    {
        _orders.Add(new InstanceOrder.Start(i.Deployment, i.Id, i.Node, i.Revision, restarts));
        Decide(i.Deployment, "restart", i.Id, i.Node, i.Revision, reason);
    }

    public void Stop(SeenInstance i, TimeSpan drain, string reason)
    {
        _orders.Add(new InstanceOrder.Stop(i.Deployment, i.Id, i.Node, drain));
        Decide(i.Deployment, "stop", i.Id, i.Node, i.Revision, reason);
    }

    public void Forget(SeenInstance i) => _orders.Add(new InstanceOrder.Forget(i.Deployment, i.Id, i.Node));

    public void Decide(DeploymentId deployment, string kind, string? instance, string? node, long revision, string reason) =>
        _decisions.Add(new DeploymentDecision(deployment, kind, instance, node is { Length: > 0 } ? node : null, revision, reason));

    /// <summary>Something is to be done at a time.</summary>
    public void LookAt(DateTimeOffset time) => _next = _next is { } known && known <= time ? known : time;

    // Chance has no place in here; no plan makes two of one name, and no two plans are made at one moment.
    private string Name(DesiredDeployment d)
    {
        var seed = string.Create(CultureInfo.InvariantCulture, $"{d.Id} {d.Revision} {now.UtcTicks} {_orders.Count}");
        var name = d.Id.Id.Length > NameLength ? d.Id.Id[..NameLength] : d.Id.Id;
        return $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)))[..Tag]}";
    }
}
