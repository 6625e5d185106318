using Microsoft.AspNetCore.Http;
using Muster.Gateway.Native.Wire;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;

namespace Muster.Gateway.Native;

/// <summary>What schedules and generators run: a submission without what belongs to one process only.</summary>
internal static class Templates
{
    /// <summary>Checks the process of a template.</summary>
    /// <exception cref="BadRequestException">A field is wrong; it is named with <c>process.</c> before it.</exception>
    public static WorkTemplate Of(SubmitWire? process, string nameSpace, TimeProvider clock)
    {
        if (process is null)
        {
            throw new BadRequestException(400, "'process' is missing: say what is to be run.", "process");
        }

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
            return new WorkTemplate { Process = Submission.Of(process, nameSpace, null, clock).Spec };
        }
        catch (BadRequestException e)
        {
            throw new BadRequestException(e.Status, $"In 'process': {e.Message}", e.Field is null ? "process" : $"process.{e.Field}");
        }
    }

    /// <summary>A process without the secret that was handed in: that is never handed out.</summary>
    public static ProcessSpec? Shown(ProcessSpec? spec) => spec?.Webhook is { Secret: not null } hook ? spec with { Webhook = hook with { Secret = "***" } } : spec;

    /// <summary>A page of a list that goes by ids.</summary>
    public static (string? After, int Limit) Page(HttpContext http)
    {
        var query = http.Request.Query;
        var limit = Filters.Number(query["limit"].FirstOrDefault(), "limit") ?? 100;
        return (query["cursor"].FirstOrDefault(), (int)Checks.InRange(limit, 1, 1_000, "limit"));
    }
}
