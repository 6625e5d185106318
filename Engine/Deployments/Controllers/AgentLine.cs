using System.Collections.Immutable;
using Akka.Actor;
using Muster.Engine.Deployments.Planning;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Controllers;

/// <summary>What the reconciler knows of one worker node, and what it has told its agent.</summary>
/// <param name="node">The name of the place.</param>
/// <param name="agent">The agent.</param>
internal sealed class AgentLine(string node, ICanTell agent)
{
    private readonly List<Given> _given = [];
    private long _lastNumber;

    public string Node => node;

    public ICanTell Agent => agent;

    public AgentMessage.Report? Report { get; private set; }

    /// <summary>When it was heard last, by the clock of the cluster.</summary>
    public DateTimeOffset HeardAt { get; private set; }

    /// <summary>Whether the cluster reaches it.</summary>
    public bool Reachable { get; set; } = true;

    public bool Answers(DateTimeOffset now, TimeSpan patience) => Reachable && Report is not null && now - HeardAt < patience;

    /// <summary>Takes a report; says whether it shows anything new.</summary>
    public bool Heard(AgentMessage.Report report, DateTimeOffset now)
    {
        var known = Report;
        (Report, HeardAt) = (report, now);
        var taken = _given.RemoveAll(g => g.Message is { } m && m.Number <= report.Taken);
        return known is null || taken > 0 || known.Leaving != report.Leaving || !known.Instances.SequenceEqual(report.Instances, Same.Comparer);
    }

    /// <summary>An order that is not told yet; a pass sees it as if it were carried out.</summary>
    public void Give(InstanceOrder order) => _given.Add(new Given(order));

    /// <summary>Tells an order. Null takes it back.</summary>
    public void Tell(InstanceOrder order, Func<long, AgentMessage.Order>? message, IActorRef self, DateTimeOffset now)
    {
        if (_given.Find(g => ReferenceEquals(g.Order, order)) is not { Message: null } given)
        {
            return;
        }

        if (message is null)
        {
            _given.Remove(given);
            return;
        }

        given.Message = message(++_lastNumber);
        given.ToldAt = now;
        agent.Tell(given.Message, self);
    }

    /// <summary>Tells again what was not taken for long.</summary>
    public void Repeat(IActorRef self, DateTimeOffset now, TimeSpan after)
    {
        foreach (var given in _given.Where(g => g.Message is not null && now - g.ToldAt >= after).OrderBy(g => g.Message!.Number))
        {
            given.ToldAt = now;
            agent.Tell(given.Message!, self);
        }
    }

    /// <summary>Its instances, as they are when all orders are carried out.</summary>
    public IEnumerable<SeenInstance> Instances(bool answers, DateTimeOffset now)
    {
        var seen = (Report?.Instances ?? []).ToDictionary(i => i.Id, i => i with { Node = node, State = answers || i.State is SeenState.Crashed or SeenState.Stopped ? i.State : SeenState.Unknown }, StringComparer.Ordinal);
        foreach (var given in _given)
        {
            switch (given.Order)
            {
                case InstanceOrder.Start o:
                    seen[o.Instance] = new SeenInstance { Id = o.Instance, Deployment = o.Deployment, Revision = o.Revision, Node = node, State = SeenState.Starting, Restarts = o.Restarts, Since = now, StartedAt = now };
                    break;
                case InstanceOrder.Stop o when seen.TryGetValue(o.Instance, out var i):
                    seen[o.Instance] = i with { State = SeenState.Stopping };
                    break;
                case InstanceOrder.Forget o:
                    seen.Remove(o.Instance);
                    break;
            }
        }

        return seen.Values;
    }

    private sealed class Given(InstanceOrder order)
    {
        public InstanceOrder Order => order;

        public AgentMessage.Order? Message { get; set; }

        public DateTimeOffset ToldAt { get; set; }
    }
}
