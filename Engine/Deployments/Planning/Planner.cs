using System.Collections.Immutable;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Planning;

/// <summary>Compares what is wanted with what is there, and says what to do. Pure: the same view and time give the same plan, and orders that are carried out leave nothing to do.</summary>
public static class Planner
{
    private static readonly TimeSpan OrphanDrain = TimeSpan.FromSeconds(30);

    /// <summary>Makes a plan.</summary>
    /// <param name="desired">All deployments of a controller.</param>
    /// <param name="places">Where instances can run; null when the controller finds places by itself.</param>
    /// <param name="instances">All instances of the controller.</param>
    /// <param name="now">The time.</param>
    public static InstancePlan Make(IReadOnlyList<DesiredDeployment> desired, IReadOnlyList<InstancePlace>? places, IReadOnlyList<SeenInstance> instances, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(desired);
        ArgumentNullException.ThrowIfNull(instances);
        var wanted = new Dictionary<DeploymentId, DesiredDeployment>(desired.Count);
        foreach (var d in desired)
        {
            wanted[d.Id] = d;
        }

        var there = new Dictionary<DeploymentId, List<SeenInstance>>(desired.Count);
        foreach (var instance in instances)
        {
            if (!there.TryGetValue(instance.Deployment, out var list))
            {
                there[instance.Deployment] = list = [];
            }

            list.Add(instance);
        }

        var loads = places is null ? null : new PlaceLoads(places, instances, wanted);
        var draft = new PlanDraft(now);
        foreach (var d in desired)
        {
            new DeploymentPass(d, there.GetValueOrDefault(d.Id) ?? [], loads, draft).Make();
        }

        foreach (var (id, list) in there)
        {
            if (!wanted.ContainsKey(id))
            {
                Orphans(id, list, draft);
            }
        }

        return draft.Plan;
    }

    private static void Orphans(DeploymentId id, List<SeenInstance> list, PlanDraft draft)
    {
        foreach (var i in list)
        {
            switch (i.State)
            {
                case SeenState.Crashed or SeenState.Stopped:
                    draft.Forget(i);
                    break;
                case SeenState.Starting or SeenState.Healthy or SeenState.Unhealthy:
                    draft.Stop(i, OrphanDrain, $"There is no deployment {id.Id} for it any more.");
                    break;
            }
        }
    }
}
