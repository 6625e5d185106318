using System.Collections.Immutable;
using System.Runtime.Versioning;
using Muster.Engine.Deployments.Secrets;
using Muster.Messages.Deployments;
using Muster.Runtime.Instances;

namespace Muster.Runtime.Agents;

/// <summary>Carries out orders, of each instance one after the other, and says what there is as if those that are begun were done. All methods but the work itself are called by the agent.</summary>
/// <param name="host">The instances.</param>
/// <param name="keys">The keys that open secrets.</param>
/// <param name="clock">The time.</param>
/// <param name="changed">Is called, by anybody, when something has changed.</param>
[SupportedOSPlatform("linux")]
internal sealed class AgentInstances(InstanceHost host, SecretKeys keys, TimeProvider clock, Action changed)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, Work> _work = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SeenInstance> _failed = new(StringComparer.Ordinal);

    /// <summary>What there is.</summary>
    public ImmutableArray<SeenInstance> Seen
    {
        get
        {
            lock (_sync)
            {
                var seen = host.Instances.Select(InstanceTranslation.Seen).Concat(_failed.Values).ToDictionary(i => i.Id, StringComparer.Ordinal);
                foreach (var (id, work) in _work)
                {
                    Overlay(seen, id, work.Order);
                }

                return [.. seen.Values.OrderBy(i => i.Id, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Begins an order.</summary>
    public void Take(AgentMessage.Order order)
    {
        lock (_sync)
        {
            var before = _work.GetValueOrDefault(order.Instance)?.Task ?? Task.CompletedTask;
            var work = new Work(order);
            _work[order.Instance] = work;
            work.Task = DoAsync(work, before);
        }
    }

    /// <summary>The last lines of an instance.</summary>
    public ImmutableArray<string> Log(string instance, int lines) => host.Log(instance, lines);

    /// <summary>Ends all of them, because the node goes.</summary>
    public async Task StopAllAsync(TimeSpan drain)
    {
        await Task.WhenAll(host.Instances.Select(async i =>
        {
            await host.StopAsync(i.Spec.Instance, drain).ConfigureAwait(false);
            await host.RemoveAsync(i.Spec.Instance).ConfigureAwait(false);
        })).ConfigureAwait(false);
    }

    private async Task DoAsync(Work work, Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        SeenInstance? failed = null;
        try
        {
            await DoAsync(work.Order).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failed = work.Order is AgentMessage.Start start ? Failed(start, e.Message) : null;
        }

        lock (_sync)
        {
            if (_work.TryGetValue(work.Order.Instance, out var last) && ReferenceEquals(last, work))
            {
                _work.Remove(work.Order.Instance);
            }

            _failed.Remove(work.Order.Instance);
            if (failed is not null)
            {
                _failed[work.Order.Instance] = failed;
            }
        }

        changed();
    }

    private async Task DoAsync(AgentMessage.Order order)
    {
        switch (order)
        {
            case AgentMessage.Start o:
                var spec = InstanceTranslation.Spec(o, keys);
                await host.StopAsync(o.Instance, TimeSpan.Zero).ConfigureAwait(false);
                await host.StartAsync(spec).ConfigureAwait(false);
                break;
            case AgentMessage.Stop o:
                await host.StopAsync(o.Instance, o.Drain).ConfigureAwait(false);
                break;
            case AgentMessage.Forget:
                await host.RemoveAsync(order.Instance).ConfigureAwait(false);
                break;
        }
    }

    // What never began is told like what ended at once.
    private SeenInstance Failed(AgentMessage.Start o, string reason) => new()
    {
        Id = o.Instance,
        Deployment = o.Deployment,
        Revision = o.Revision,
        State = SeenState.Crashed,
        Reason = reason,
        Since = clock.GetUtcNow(),
        StartedAt = clock.GetUtcNow(),
        Restarts = o.Restarts,
    };

    private void Overlay(Dictionary<string, SeenInstance> seen, string id, AgentMessage.Order order)
    {
        switch (order)
        {
            case AgentMessage.Start o:
                // Once it has begun, what it does itself is told.
                if (!seen.TryGetValue(id, out var now) || now.Restarts != o.Restarts || now.Revision != o.Revision || now.State is SeenState.Crashed or SeenState.Stopped)
                {
                    seen[id] = Failed(o, "") with { State = SeenState.Starting, Reason = null };
                }

                break;
            case AgentMessage.Stop when seen.TryGetValue(id, out var running) && running.State is not (SeenState.Crashed or SeenState.Stopped):
                seen[id] = running with { State = SeenState.Stopping };
                break;
            case AgentMessage.Forget:
                seen.Remove(id);
                break;
        }
    }

    private sealed class Work(AgentMessage.Order order)
    {
        public AgentMessage.Order Order => order;

        public Task Task { get; set; } = Task.CompletedTask;
    }
}
