using Muster.Engine.Workflows.Rules;
using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;
using Muster.Persistence;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Colonies.Workflows;

/// <summary>Workflows as clients read them.</summary>
/// <param name="store">The store.</param>
internal sealed class GraphView(IStore store)
{
    private const int ColumnWidth = 200;
    private const int RowHeight = 100;

    /// <summary>What was submitted just now.</summary>
    public static ProcessGraphWire OfSubmitted(WorkflowId id, WorkflowSpec spec, Member by, DateTimeOffset now) => new()
    {
        ProcessGraphId = id.Id,
        InitiatorId = by.Id,
        InitiatorName = by.Name,
        ColonyName = id.Namespace,
        RootProcessIds = [.. spec.Nodes.Where(n => n.After.IsEmpty).Select(n => id.Process(n.Name).Id)],
        State = (int)ColonyState.Waiting,
        SubmissionTime = now,
        StartTime = Loose.NoTime,
        EndTime = Loose.NoTime,
        ProcessIds = [.. spec.Nodes.Select(n => id.Process(n.Name).Id)],
        Nodes = [],
        Edges = [],
    };

    /// <summary>One of a list.</summary>
    public async Task<ProcessGraphWire> OfAsync(WorkflowRow row, CancellationToken cancel)
    {
        var (processes, edges) = await PartsAsync(row.Id, cancel).ConfigureAwait(false);
        return Of(row, processes, edges);
    }

    /// <summary>One with its drawing.</summary>
    public async Task<ProcessGraphWire> DrawnAsync(WorkflowRow row, CancellationToken cancel)
    {
        var (processes, edges) = await PartsAsync(row.Id, cancel).ConfigureAwait(false);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var process in processes)
        {
            var found = await store.Read.FindAsync(row.Id.Process("") with { Id = process.Id }, cancel).ConfigureAwait(false);
            names[process.Id] = found?.Name ?? found?.Func ?? process.Id;
        }

        return Of(row, processes, edges) with { Nodes = Nodes(processes, edges, names), Edges = [.. edges.Select(e => new ProcessGraphWire.EdgeWire($"{e.Parent}-{e.Child}", e.Parent, e.Child, false))] };
    }

    /// <summary>The state of a workflow, of those of its processes: its row follows them a moment later.</summary>
    public static ColonyState StateOf(WorkflowRow row, IReadOnlyList<RelatedRow> processes) =>
        WorkflowTranslation.StateOf(WorkflowRules.StatusOf(row.Nodes, WorkflowCounts.Of(processes.Select(p => (p.Status, 1L)))).Status);

    private async Task<(IReadOnlyList<RelatedRow> Processes, IReadOnlyList<(string Parent, string Child)> Edges)> PartsAsync(WorkflowId id, CancellationToken cancel) =>
        (await store.Read.WorkflowProcessesAsync(id, cancel).ConfigureAwait(false), await store.Read.WorkflowEdgesAsync(id, cancel).ConfigureAwait(false));

    private static ProcessGraphWire Of(WorkflowRow row, IReadOnlyList<RelatedRow> processes, IReadOnlyList<(string Parent, string Child)> edges)
    {
        var dependent = edges.Select(e => e.Child).ToHashSet(StringComparer.Ordinal);
        var (initiatorId, initiatorName) = ProcessView.Initiator(row.CreatedBy);
        return new ProcessGraphWire
        {
            ProcessGraphId = row.Id.Id,
            InitiatorId = initiatorId,
            InitiatorName = initiatorName,
            ColonyName = row.Id.Namespace,
            RootProcessIds = [.. processes.Where(p => !dependent.Contains(p.Id)).Select(p => p.Id)],
            State = (int)StateOf(row, processes),
            SubmissionTime = row.CreatedAt,
            StartTime = row.StartedAt ?? Loose.NoTime,
            EndTime = row.FinishedAt ?? Loose.NoTime,
            ProcessIds = [.. processes.Select(p => p.Id)],
            Nodes = [],
            Edges = [],
        };
    }

    // In columns: each one right of the last of its parents.
    private static IReadOnlyList<ProcessGraphWire.NodeWire> Nodes(
        IReadOnlyList<RelatedRow> processes, IReadOnlyList<(string Parent, string Child)> edges, Dictionary<string, string> names)
    {
        var parents = edges.ToLookup(e => e.Child, e => e.Parent, StringComparer.Ordinal);
        var inner = edges.Select(e => e.Parent).ToHashSet(StringComparer.Ordinal);
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        var heights = new Dictionary<int, int>();
        var nodes = new List<ProcessGraphWire.NodeWire>(processes.Count);
        foreach (var process in processes)
        {
            var column = Column(process.Id, parents, columns);
            var height = heights[column] = heights.GetValueOrDefault(column) + 1;
            var type = !parents[process.Id].Any() ? "input" : inner.Contains(process.Id) ? "" : "output";
            nodes.Add(new ProcessGraphWire.NodeWire(
                process.Id, new(names[process.Id]), new(column * ColumnWidth, (height - 1) * RowHeight), type, new("white", Background(process.Status))));
        }

        return nodes;
    }

    private static int Column(string id, ILookup<string, string> parents, Dictionary<string, int> columns)
    {
        if (!columns.TryGetValue(id, out var column))
        {
            column = columns[id] = parents[id].Select(p => Column(p, parents, columns) + 1).DefaultIfEmpty(0).Max();
        }

        return column;
    }

    private static string Background(ProcessStatus status) => status switch
    {
        ProcessStatus.Running => "#2563eb",
        ProcessStatus.Succeeded => "#15803d",
        ProcessStatus.Failed => "#b91c1c",
        ProcessStatus.Cancelled => "#57534e",
        _ => "#a16207",
    };
}
