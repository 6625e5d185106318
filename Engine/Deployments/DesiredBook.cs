using Muster.Engine.Deployments.Planning;
using Muster.Messages;
using Muster.Messages.Deployments;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Deployments;

/// <summary>What is wanted, kept in memory: a look at the store asks how far each deployment is, and reads only those that have changed.</summary>
/// <param name="read">The store.</param>
internal sealed class DesiredBook(IReadModel read)
{
    private readonly Dictionary<DeploymentId, DeploymentRow> _rows = [];
    private readonly Dictionary<DeploymentId, ScaleState> _scales = [];
    private readonly Dictionary<QueueId, long> _backlog = [];

    /// <summary>Reads from the store: one query for what is wanted, one for what waits, and one more for what was changed. What it gives is for <see cref="Take"/>.</summary>
    public Task<Reading> ReadAsync() => ReadAsync(_rows.ToDictionary(r => r.Key, r => r.Value.Version), _rows.Values.Any(Scales));

    /// <summary>Takes what was read.</summary>
    public void Take(Reading reading)
    {
        foreach (var gone in _rows.Keys.Where(id => !reading.Known.Contains(id)).ToList())
        {
            _rows.Remove(gone);
            _scales.Remove(gone);
        }

        foreach (var row in reading.Changed)
        {
            _rows[row.Id] = row;
        }

        _backlog.Clear();
        foreach (var count in reading.Counts.Where(c => c.Status is ProcessStatus.Waiting or ProcessStatus.Running))
        {
            var queue = new QueueId(count.Namespace, count.Queue);
            _backlog[queue] = _backlog.GetValueOrDefault(queue) + count.Count;
        }
    }

    /// <summary>Every controller that a deployment names.</summary>
    public IEnumerable<string> Controllers => _rows.Values.Select(r => r.Spec.Controller).Distinct(StringComparer.Ordinal);

    /// <summary>One deployment; null when there is none.</summary>
    public DeploymentRow? Find(DeploymentId id) => _rows.GetValueOrDefault(id);

    /// <summary>All deployments of a controller.</summary>
    public IEnumerable<DeploymentRow> Of(string controller) => _rows.Values.Where(r => r.Spec.Controller == controller);

    /// <summary>What is wanted of a controller now.</summary>
    /// <param name="controller">Its name.</param>
    /// <param name="running">How many instances of a deployment there are, for one whose number nobody remembers.</param>
    /// <param name="now">The time.</param>
    /// <param name="decisions">Gets the changes of numbers.</param>
    public List<DesiredDeployment> Desired(string controller, Func<DeploymentId, int> running, DateTimeOffset now, List<DeploymentDecision> decisions) =>
        [.. Of(controller).Select(row => Desired(row, running, now, decisions))];

    private DesiredDeployment Desired(DeploymentRow row, Func<DeploymentId, int> running, DateTimeOffset now, List<DeploymentDecision> decisions)
    {
        var replicas = row.Spec.Replicas;
        if (row.Enabled && row.Spec.Scale is { } policy)
        {
            var backlog = row.Template.Queues.Sum(q => _backlog.GetValueOrDefault(new QueueId(row.Id.Namespace, q)));
            var before = _scales.GetValueOrDefault(row.Id);
            var first = running(row.Id) is > 0 and var n ? n : replicas;
            var next = Scaler.Next(policy, before, first, backlog, now);
            if (next.Replicas != (before?.Replicas ?? first))
            {
                decisions.Add(new DeploymentDecision(row.Id, "scale", null, null, row.Revision, $"From {before?.Replicas ?? first} to {next.Replicas} instances: {backlog} processes wait or run, and {policy.Backlog} are meant for each."));
            }

            _scales[row.Id] = next;
            replicas = next.Replicas;
        }

        return new DesiredDeployment
        {
            Id = row.Id,
            Revision = row.Revision,
            Replicas = row.Enabled ? replicas : 0,
            Off = row.Enabled ? null : "The deployment is disabled.",
            OnePerNode = row.Spec.OnePerNode,
            Update = row.Spec.Update,
            Restart = row.Spec.Restart,
            Template = row.Template,
        };
    }

    private async Task<Reading> ReadAsync(Dictionary<DeploymentId, long> have, bool counted)
    {
        var versions = await read.DeploymentVersionsAsync().ConfigureAwait(false);
        List<DeploymentId> changed = [.. versions.Where(v => !have.TryGetValue(v.Id, out var version) || version != v.Version).Select(v => v.Id)];
        IReadOnlyList<DeploymentRow> rows = changed.Count > 0 ? await read.DeploymentsAsync(changed).ConfigureAwait(false) : [];
        IReadOnlyList<CountRow> counts = counted || rows.Any(Scales) ? await read.CountsAsync(null).ConfigureAwait(false) : [];
        return new Reading([.. versions.Select(v => v.Id)], rows, counts);
    }

    private static bool Scales(DeploymentRow row) => row.Enabled && row.Spec.Scale is not null;

    /// <summary>What was read.</summary>
    /// <param name="Known">Every deployment.</param>
    /// <param name="Changed">Those that were changed.</param>
    /// <param name="Counts">How many processes are in which queue and state.</param>
    public sealed record Reading(HashSet<DeploymentId> Known, IReadOnlyList<DeploymentRow> Changed, IReadOnlyList<CountRow> Counts);
}
