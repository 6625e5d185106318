using Muster.Engine.Deployments.Planning;
using Muster.Messages.Deployments;

namespace Muster.Tests.Unit.Deployments;

/// <summary>Nodes and instances that do what a plan says, and sometimes what nobody wants.</summary>
internal sealed class World(int seed)
{
    private readonly Random _random = new(seed);

    public DateTimeOffset Now { get; private set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public List<InstancePlace> Places { get; } = [.. Enumerable.Range(0, 3).Select(i => new InstancePlace { Node = $"n{i}", Cpu = 100, Memory = 1L << 40 })];

    public Dictionary<string, SeenInstance> Instances { get; } = [];

    public List<DesiredDeployment> Desired { get; } = [];

    /// <summary>Revisions whose instances crash.</summary>
    public HashSet<long> Bad { get; } = [];

    public int Orders { get; private set; }

    public bool Chance(double p) => _random.NextDouble() < p;

    public int Below(int n) => _random.Next(n);

    public InstancePlan Plan() => Planner.Make(Desired, Places, [.. Instances.Values], Now);

    public void Pass(InstancePlan plan)
    {
        foreach (var order in plan.Orders)
        {
            Orders++;
            switch (order)
            {
                case InstanceOrder.Start o:
                    Instances[o.Instance] = new SeenInstance { Id = o.Instance, Deployment = o.Deployment, Revision = o.Revision, Node = o.Node, State = SeenState.Starting, Restarts = o.Restarts, StartedAt = Now, Since = Now };
                    break;
                case InstanceOrder.Stop o:
                    Set(o.Instance, SeenState.Stopping);
                    break;
                case InstanceOrder.Forget o:
                    Instances.Remove(o.Instance);
                    break;
            }
        }
    }

    /// <summary>Time goes on: what starts becomes healthy or not, what stops ends.</summary>
    public void Live(double trouble, double seconds = 1)
    {
        Now = Now.AddSeconds(seconds);
        foreach (var i in Instances.Values.ToList())
        {
            switch (i.State)
            {
                case SeenState.Starting when Bad.Contains(i.Revision):
                    Set(i.Id, SeenState.Crashed);
                    break;
                case SeenState.Starting when Chance(0.5):
                    Set(i.Id, SeenState.Healthy);
                    break;
                case SeenState.Stopping when Chance(0.5):
                    Set(i.Id, SeenState.Stopped);
                    break;
                case SeenState.Healthy when Chance(trouble):
                    Set(i.Id, Chance(0.7) ? SeenState.Crashed : SeenState.Unhealthy);
                    break;
            }
        }

        if (Chance(trouble))
        {
            Lose();
        }
    }

    public List<SeenInstance> Of(DeploymentId id, params SeenState[] states) => [.. Instances.Values.Where(i => i.Deployment == id && states.Contains(i.State))];

    private void Lose()
    {
        var place = Places[Below(Places.Count)];
        foreach (var i in Instances.Values.Where(i => i.Node == place.Node).ToList())
        {
            Instances.Remove(i.Id);
        }
    }

    private void Set(string id, SeenState state) => Instances[id] = Instances[id] with { State = state, Since = Now };
}
