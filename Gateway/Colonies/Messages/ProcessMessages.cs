using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Processes: submitted, read, cancelled and removed by members.</summary>
internal static class ProcessMessages
{
    public static void AddTo(MessageTable table) => table
        .On("submitfuncspecmsg", SubmitAsync)
        .On("getprocessmsg", GetAsync)
        .On("cancelprocessmsg", CancelAsync)
        .On("removeprocessmsg", RemoveAsync)
        .On("removeallprocessesmsg", RemoveAllAsync);

    private static async Task<ColoniesReply> SubmitAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.Submit>().Spec ?? throw new ColoniesException(400, "The spec is missing.");
        var member = call.Roles.NeedMember(wire.Conditions?.ColonyName ?? "");
        var now = call.Services.Now;
        var spec = SpecTranslation.ToSpec(wire);
        var id = new ProcessId(member.Colony, SpecTranslation.NewId(now));
        Refusals.Need(await call.Services.Gate.SendAsync(
            new ProcessCommand.Submit { Process = id, CommandId = $"submit-{id.Id}", By = member.Words, Spec = spec, Fingerprint = id.Id, At = now }, call.Cancel).ConfigureAwait(false));
        return new ColoniesReply(ProcessView.OfSubmitted(id, spec, member, now));
    }

    private static async Task<ColoniesReply> GetAsync(ColoniesCall call)
    {
        var found = await FoundProcess.NeedAsync(call, call.Read<Requests.OfProcess>().ProcessId, missing: 404).ConfigureAwait(false);
        return new ColoniesReply((await call.Services.View.OfAsync([found.Row], call.Cancel).ConfigureAwait(false))[0]);
    }

    private static async Task<ColoniesReply> CancelAsync(ColoniesCall call)
    {
        var found = await FoundProcess.NeedAsync(call, call.Read<Requests.OfProcess>().ProcessId, missing: 404).ConfigureAwait(false);
        if (found.Row.Status == ProcessStatus.Cancelled)
        {
            throw new ColoniesException(400, "The process was cancelled already.");
        }

        NotOfWorkflow(found, "cancel its workflow");
        Refusals.Need(await call.Services.Gate.SendAsync(
            new ProcessCommand.Cancel { Process = found.Id, CommandId = $"cancel-{Guid.NewGuid():N}", By = found.Member.Words, Reason = $"Cancelled by {found.Member.Name}." }, call.Cancel).ConfigureAwait(false));
        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> RemoveAsync(ColoniesCall call)
    {
        var found = await FoundProcess.NeedAsync(call, call.Read<Requests.OfProcess>().ProcessId, missing: 500).ConfigureAwait(false);
        if (found.Row.Status == ProcessStatus.Running)
        {
            throw new ColoniesException(400, "The process is running; cancel it first.");
        }

        NotOfWorkflow(found, "remove its workflow");
        await ProcessRemoval.RemoveAsync(call.Services, found.Row, $"Removed by {found.Member.Name}.", CancellationToken.None).ConfigureAwait(false);
        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> RemoveAllAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.ListProcesses>();
        call.Roles.NeedOwner(wire.ColonyName);
        if (wire.State == (int)ColonyState.Running)
        {
            throw new ColoniesException(400, "Running processes are removed only with all others (state -1).");
        }

        var statuses = wire.State == -1 ? [.. Enum.GetValues<ProcessStatus>().Where(s => s != ProcessStatus.None)] : ColonyStates.Statuses(wire.State);
        await ProcessRemoval.RunAsync(call.Services, wire.ColonyName, statuses, ofWorkflows: false, "Removed by the owner of the colony.", call.Cancel).ConfigureAwait(false);
        return ColoniesReply.Empty;
    }

    private static void NotOfWorkflow(FoundProcess found, string instead)
    {
        if (found.Row.Workflow is { } workflow)
        {
            throw new ColoniesException(400, $"The process is a node of the workflow {workflow}; {instead} instead.");
        }
    }
}
