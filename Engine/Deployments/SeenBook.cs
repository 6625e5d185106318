using Muster.Engine.Deployments.Controllers;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments;

/// <summary>What was seen and decided, so that only what is new is written.</summary>
internal sealed class SeenBook
{
    private readonly Dictionary<string, Dictionary<string, SeenInstance>> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<(DeploymentId, string Kind, string? Instance), string> _said = [];

    /// <summary>Begins with what an earlier reconciler wrote; whose it was, the deployments say.</summary>
    public void Begin(IEnumerable<SeenInstance> written, Func<DeploymentId, string> controllerOf)
    {
        foreach (var instance in written)
        {
            Of(controllerOf(instance.Deployment))[instance.Id] = instance;
        }
    }

    /// <summary>How many instances of a deployment there are.</summary>
    public int Count(string controller, DeploymentId deployment) => Of(controller).Values.Count(i => i.Deployment == deployment && i.State is not (SeenState.Stopping or SeenState.Stopped));

    /// <summary>What is new among the instances of a controller, and what is gone.</summary>
    public (List<SeenInstance> Seen, List<(DeploymentId Deployment, string Instance)> Gone) Compare(string controller, IReadOnlyList<SeenInstance> instances)
    {
        var known = Of(controller);
        var seen = instances.Where(i => !known.TryGetValue(i.Id, out var before) || !Same.Comparer.Equals(before, i)).ToList();
        var present = instances.Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        var gone = known.Values.Where(i => !present.Contains(i.Id)).ToList();
        seen.ForEach(i => known[i.Id] = i);
        gone.ForEach(i => known.Remove(i.Id));
        return (seen, [.. gone.Select(i => (i.Deployment, i.Id))]);
    }

    /// <summary>Those of some decisions that were not said last of the same thing.</summary>
    public List<DeploymentDecision> News(IReadOnlyList<DeploymentDecision> decisions)
    {
        var news = new List<DeploymentDecision>();
        foreach (var d in decisions)
        {
            // An order is given once for each time that there is a reason.
            if (d.Kind is "start" or "restart" or "stop" or "scale" || !_said.TryGetValue((d.Deployment, d.Kind, d.Instance), out var last) || last != d.Reason)
            {
                news.Add(d);
                _said[(d.Deployment, d.Kind, d.Instance)] = d.Reason;
            }
        }

        return news;
    }

    /// <summary>Forgets deployments that are no more.</summary>
    public void Keep(Func<DeploymentId, bool> wanted)
    {
        foreach (var key in _said.Keys.Where(k => !wanted(k.Item1)).ToList())
        {
            _said.Remove(key);
        }
    }

    private Dictionary<string, SeenInstance> Of(string controller)
    {
        if (!_seen.TryGetValue(controller, out var instances))
        {
            _seen[controller] = instances = new(StringComparer.Ordinal);
        }

        return instances;
    }
}
