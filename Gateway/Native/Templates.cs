using Microsoft.AspNetCore.Http;
using Muster.Gateway.Native.Wire;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Muster.Messages.Workflows;
using Muster.Persistence;

namespace Muster.Gateway.Native;

/// <summary>What schedules and generators run: a submission without what belongs to one process only.</summary>
internal static class Templates
{
    /// <summary>Checks what a template runs.</summary>
    /// <exception cref="BadRequestException">A field is wrong; it is named with <c>process.</c> or <c>workflow.</c> before it.</exception>
    public static WorkTemplate Of(SubmitWire? process, SubmitWorkflowWire? workflow, string nameSpace, IStore store) => (process, workflow) switch
    {
        (null, null) => throw new BadRequestException(400, "'process' is missing: say what is to be run.", "process"),
        (not null, not null) => throw new BadRequestException(400, "Give 'process' or 'workflow', not both.", "workflow"),
        (not null, null) => new WorkTemplate { Process = ProcessOf(process, nameSpace, store) },
        _ => new WorkTemplate { Workflow = WorkflowOf(workflow!, nameSpace, store) },
    };

    /// <summary>A process without the secret that was handed in: that is never handed out.</summary>
    public static ProcessSpec? Shown(ProcessSpec? spec) => spec?.Webhook is { Secret: not null } hook ? spec with { Webhook = hook with { Secret = "***" } } : spec;

    /// <summary>A workflow without the secrets that were handed in.</summary>
    public static WorkflowSpec? Shown(WorkflowSpec? spec) => spec is null ? null : spec with { Nodes = [.. spec.Nodes.Select(n => n with { Process = Shown(n.Process)! })] };

    private static ProcessSpec ProcessOf(SubmitWire process, string nameSpace, IStore store)
    {
        var one = process switch
        {
            { Id: not null } => "id",
            { Key: not null } => "key",
            { Namespace: not null } => "namespace",
            { After: not null } => "after",
            { NotBefore: not null } => "notBefore",
            { Deadline: not null } => "deadline",
            _ => null,
        };
        if (one is not null)
        {
            throw new BadRequestException(400, $"'process.{one}' belongs to one process; what is run again and again has none.", $"process.{one}");
        }

        try
        {
            return Submission.Of(process, nameSpace, null, store.Clock).Spec;
        }
        catch (BadRequestException e)
        {
            throw new BadRequestException(e.Status, $"In 'process': {e.Message}", e.Field is null ? "process" : $"process.{e.Field}");
        }
    }

    private static WorkflowSpec WorkflowOf(SubmitWorkflowWire workflow, string nameSpace, IStore store)
    {
        var one = workflow switch
        {
            { Id: not null } => "id",
            { Key: not null } => "key",
            { Namespace: not null } => "namespace",
            { Nodes: { } nodes } when nodes.Any(n => n?.NotBefore is not null) => "nodes.notBefore",
            { Nodes: { } nodes } when nodes.Any(n => n?.Deadline is not null) => "nodes.deadline",
            _ => null,
        };
        if (one is not null)
        {
            throw new BadRequestException(400, $"'workflow.{one}' belongs to one workflow; what is run again and again has none.", $"workflow.{one}");
        }

        try
        {
            return WorkflowSubmission.Of(workflow, nameSpace, null, store).Spec;
        }
        catch (BadRequestException e)
        {
            throw new BadRequestException(e.Status, $"In 'workflow': {e.Message}", e.Field is null ? "workflow" : $"workflow.{e.Field}");
        }
    }

    /// <summary>A page of a list that goes by ids.</summary>
    public static (string? After, int Limit) Page(HttpContext http)
    {
        var query = http.Request.Query;
        var limit = Filters.Number(query["limit"].FirstOrDefault(), "limit") ?? 100;
        return (query["cursor"].FirstOrDefault(), (int)Checks.InRange(limit, 1, 1_000, "limit"));
    }
}
