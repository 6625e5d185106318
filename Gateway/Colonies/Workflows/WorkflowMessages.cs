using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Colonies.Workflows;

/// <summary>Workflows: graphs of processes that members submit.</summary>
internal static class WorkflowMessages
{
    private const int MostListed = 100;
    private const int Page = 200;

    public static void AddTo(MessageTable table) => table
        .On("submitworkflowspecmsg", SubmitAsync)
        .On("getprocessgraphmsg", GetAsync)
        .On("getprocessgraphsmsg", ListAsync)
        .On("removeprocessgraphmsg", RemoveAsync)
        .On("removeallprocessgraphsmsg", RemoveAllAsync)
        .On("cancelprocessgraphmsg", CancelAsync)
        .On("addchildmsg", AddChildAsync);

    private static async Task<ColoniesReply> SubmitAsync(ColoniesCall call)
    {
        var wire = call.Read<SubmitWire>().Spec ?? throw new ColoniesException(400, "The spec is missing.");
        var member = call.Roles.NeedMember(wire.ColonyName);
        var now = call.Services.Now;
        var spec = Sizes.Workflow(WorkflowTranslation.ToSpec(wire, member.Colony), call.Services.Store);
        var id = new WorkflowId(member.Colony, SpecTranslation.NewId(now));
        Need(await call.Services.Gate.SendAsync(
            new WorkflowCommand.Submit { Workflow = id, CommandId = $"submit-{id.Id}", By = member.Words, Spec = spec, Fingerprint = id.Id }, call.Cancel).ConfigureAwait(false), invalid: 500);
        return new ColoniesReply(GraphView.OfSubmitted(id, spec, member, now));
    }

    private static async Task<ColoniesReply> GetAsync(ColoniesCall call)
    {
        var (_, row) = await FindAsync(call, call.Read<OfGraph>().ProcessGraphId).ConfigureAwait(false);
        return new ColoniesReply(await new GraphView(call.Services.Store).DrawnAsync(row, call.Cancel).ConfigureAwait(false));
    }

    private static async Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        var wire = call.Read<OfGraph>();
        call.Roles.NeedMember(wire.ColonyName);
        if (wire.Count > MostListed)
        {
            throw new ColoniesException(400, $"At most {MostListed} workflows are listed at once, not {wire.Count}.");
        }

        var status = WorkflowTranslation.StatusOf(wire.State);
        var rows = wire.Count <= 0 ? [] : await call.Services.Store.Read.WorkflowsAsync(wire.ColonyName, [status], null, wire.Count, call.Cancel).ConfigureAwait(false);
        var view = new GraphView(call.Services.Store);
        var graphs = new List<ProcessGraphWire>(rows.Count);
        foreach (var row in rows)
        {
            graphs.Add(await view.OfAsync(row, call.Cancel).ConfigureAwait(false));
        }

        return new ColoniesReply(graphs);
    }

    private static async Task<ColoniesReply> RemoveAsync(ColoniesCall call)
    {
        var (_, row) = await FindAsync(call, call.Read<OfGraph>().ProcessGraphId).ConfigureAwait(false);
        var processes = await call.Services.Store.Read.WorkflowProcessesAsync(row.Id, call.Cancel).ConfigureAwait(false);
        if (GraphView.StateOf(row, processes) == ColonyState.Running)
        {
            throw new ColoniesException(400, "The workflow is running; cancel it first.");
        }

        await RemoveAsync(call.Services, row, call.Cancel).ConfigureAwait(false);
        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> RemoveAllAsync(ColoniesCall call)
    {
        var wire = call.Read<OfGraph>();
        call.Roles.NeedOwner(wire.ColonyName);
        if (wire.State == (int)ColonyState.Running)
        {
            throw new ColoniesException(400, "Running workflows are removed only with all others (state -1).");
        }

        WorkflowStatus[] statuses = wire.State == -1 ? [] : [WorkflowTranslation.StatusOf(wire.State)];
        long? before = null;
        while (await call.Services.Store.Read.WorkflowsAsync(wire.ColonyName, statuses, before, Page, call.Cancel).ConfigureAwait(false) is { Count: > 0 } rows)
        {
            before = rows[^1].Seq;
            foreach (var row in rows)
            {
                await RemoveAsync(call.Services, row, call.Cancel).ConfigureAwait(false);
            }
        }

        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> CancelAsync(ColoniesCall call)
    {
        var (member, row) = await FindAsync(call, call.Read<OfGraph>().ProcessGraphId).ConfigureAwait(false);
        Need(await call.Services.Gate.SendAsync(
            new WorkflowCommand.Cancel { Workflow = row.Id, CommandId = Guid.NewGuid().ToString("N"), By = member.Words, Reason = $"Cancelled by {member.Name}." }, call.Cancel).ConfigureAwait(false));
        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> AddChildAsync(ColoniesCall call)
    {
        var wire = call.Read<AddChildWire>();
        var (member, row) = await FindAsync(call, wire.ProcessGraphId).ConfigureAwait(false);
        var parent = await ProcessAsync(call, row.Id, wire.ParentProcessId).ConfigureAwait(false);
        if (parent.Status != ProcessStatus.Running || member.Executor is null || parent.Executor != member.Name)
        {
            throw new ColoniesException(400, "A child is added by the executor that the parent is assigned to, while it runs.");
        }

        var child = wire.ChildProcessId.Length == 0 || wire.Insert ? null : await ProcessAsync(call, row.Id, wire.ChildProcessId).ConfigureAwait(false);
        var node = WorkflowTranslation.ToNode(wire.Spec ?? throw new ColoniesException(400, "The spec is missing."), row.Id.Namespace) with { After = [] };
        Need(await call.Services.Gate.SendAsync(
            new WorkflowCommand.AddNode
            {
                Workflow = row.Id,
                CommandId = Guid.NewGuid().ToString("N"),
                Node = node,
                Fingerprint = Guid.NewGuid().ToString("N"),
                Parent = parent.Name ?? "",
                Child = child?.Name,
                Insert = wire.Insert,
            }, call.Cancel).ConfigureAwait(false));
        return new ColoniesReply(await call.Services.View.FindAsync(row.Id.Process(node.Name), call.Cancel).ConfigureAwait(false)
            ?? throw new ColoniesException(500, "The process was removed in the moment that it was added."));
    }

    private static async Task<ProcessRow> ProcessAsync(ColoniesCall call, WorkflowId workflow, string id) =>
        Ids.IsValid(id) && await call.Services.Store.Read.FindAsync(new ProcessId(workflow.Namespace, id), call.Cancel).ConfigureAwait(false) is { } row && row.Workflow == workflow.Id
            ? row
            : throw new ColoniesException(400, $"There is no process {id} in the workflow.");

    private static async Task<(Member Member, WorkflowRow Row)> FindAsync(ColoniesCall call, string id)
    {
        foreach (var member in call.Roles.NeedMemberships().Where(_ => Ids.IsValid(id)))
        {
            if (await call.Services.Store.Read.WorkflowAsync(new WorkflowId(member.Colony, id), call.Cancel).ConfigureAwait(false) is { } row)
            {
                return (member, row);
            }
        }

        throw new ColoniesException(500, $"There is no workflow {id}.");
    }

    // The workflow goes with the last of its processes.
    private static async Task RemoveAsync(ColoniesServices services, WorkflowRow row, CancellationToken cancel)
    {
        if (row.FinishedAt is null)
        {
            await services.Gate.SendAsync(new WorkflowCommand.Cancel { Workflow = row.Id, CommandId = "removed", Reason = "It was removed." }, cancel).ConfigureAwait(false);
        }

        var processes = await services.Store.Read.WorkflowProcessesAsync(row.Id, cancel).ConfigureAwait(false);
        await services.Store.Rows.RemoveAsync(row.Id.Namespace, [.. processes.Select(p => p.Id)]).ConfigureAwait(false);
    }

    private static void Need(WorkflowReply reply, int invalid = 400)
    {
        if (reply is WorkflowReply.Refused refused)
        {
            throw new ColoniesException(
                refused.Problem switch
                {
                    Problem.Invalid => invalid,
                    Problem.NotFound => 500,
                    Problem.Conflict => 400,
                    Problem.Busy or Problem.TooMuch or Problem.StorageFull => 503,
                    _ => 500,
                },
                refused.Message);
        }
    }

    private sealed record SubmitWire(WorkflowSpecWire? Spec);

    private sealed record OfGraph
    {
        public string ColonyName { get; init; } = "";

        public string ProcessGraphId { get; init; } = "";

        public int Count { get; init; }

        public int State { get; init; }
    }

    private sealed record AddChildWire
    {
        public string ProcessGraphId { get; init; } = "";

        public string ParentProcessId { get; init; } = "";

        public string ChildProcessId { get; init; } = "";

        public FunctionSpecWire? Spec { get; init; }

        public bool Insert { get; init; }
    }
}
