using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Planning;

/// <summary>How much each place has to do, while a plan is made.</summary>
internal sealed class PlaceLoads
{
    private readonly Dictionary<string, Load> _loads;

    public PlaceLoads(IReadOnlyList<InstancePlace> places, IReadOnlyList<SeenInstance> instances, IReadOnlyDictionary<DeploymentId, DesiredDeployment> desired)
    {
        _loads = new(places.Count, StringComparer.Ordinal);
        foreach (var place in places)
        {
            _loads[place.Node] = new Load(place);
        }

        foreach (var instance in instances)
        {
            if (instance.State is not SeenState.Stopped && _loads.TryGetValue(instance.Node, out var load))
            {
                load.Add(desired.TryGetValue(instance.Deployment, out var d) ? d.Template.Resources : null);
            }
        }
    }

    public IEnumerable<InstancePlace> Places => _loads.Values.Select(l => l.Place);

    public InstancePlace? Find(string node) => _loads.GetValueOrDefault(node)?.Place;

    /// <summary>The place for one more: where the fewest of its kind are, then where there is the least to do. Null when none has room.</summary>
    public InstancePlace? Pick(DesiredDeployment d, Func<string, int> ofItsKind, Func<InstancePlace, bool> allowed)
    {
        Load? best = null;
        var bestKey = (Kind: int.MaxValue, Fill: double.MaxValue, Count: int.MaxValue, Node: "");
        foreach (var load in _loads.Values)
        {
            var place = load.Place;
            if (!place.Answers || place.Leaving || !place.Has(d.Template.Placement) || !allowed(place) || !load.HasRoom(d.Template.Resources))
            {
                continue;
            }

            var key = (ofItsKind(place.Node), load.Fill, load.Count, place.Node);
            if (best is null || Before(key, bestKey))
            {
                (best, bestKey) = (load, key);
            }
        }

        best?.Add(d.Template.Resources);
        return best?.Place;
    }

    /// <summary>Why no place could be found.</summary>
    public string WhyNot(DesiredDeployment d)
    {
        var answering = _loads.Values.Where(l => l.Place.Answers && !l.Place.Leaving).ToList();
        if (answering.Count == 0)
        {
            return "No worker node answers.";
        }

        var labelled = answering.Where(l => l.Place.Has(d.Template.Placement)).ToList();
        return labelled.Count == 0
            ? $"None of {answering.Count} worker nodes has the labels {string.Join(", ", d.Template.Placement.Select(l => $"{l.Key}={l.Value}"))}."
            : $"None of {labelled.Count} worker nodes that fit has {d.Template.Resources.Cpu ?? 0} processors and {d.Template.Resources.Memory ?? 0} bytes of memory left.";
    }

    private static bool Before((int Kind, double Fill, int Count, string Node) a, (int Kind, double Fill, int Count, string Node) b) =>
        a.Kind != b.Kind ? a.Kind < b.Kind : a.Fill != b.Fill ? a.Fill < b.Fill : a.Count != b.Count ? a.Count < b.Count : string.CompareOrdinal(a.Node, b.Node) < 0;

    private sealed class Load(InstancePlace place)
    {
        private double _cpu;
        private long _memory;

        public InstancePlace Place => place;

        public int Count { get; private set; }

        // Instances that name no resources still cost something.
        public double Fill => Math.Max(place.Cpu > 0 ? _cpu / place.Cpu : 0, place.Memory > 0 ? (double)_memory / place.Memory : 0);

        public void Add(InstanceResources? resources)
        {
            Count++;
            _cpu += resources?.Cpu ?? 0;
            _memory += resources?.Memory ?? 0;
        }

        public bool HasRoom(InstanceResources resources) =>
            (resources.Cpu is not { } cpu || place.Cpu <= 0 || _cpu + cpu <= place.Cpu) && (resources.Memory is not { } memory || place.Memory <= 0 || _memory + memory <= place.Memory);
    }
}
