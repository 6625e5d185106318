using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages.Deployments;
using Muster.Persistence.Keys;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native;

/// <summary>Many deployments in one document: what would become of each, and doing it.</summary>
internal static class DeploymentFiles
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapPost("/plan", (HttpContext http, NativeServices services) => HandleAsync(http, services, apply: false)).For(KeyRole.Operator).WithName("deployments-plan")
            .WithSummary("What applying a file would change").Accepts<DeploymentFileWire>("application/json").Produces<PlanWire>().ProducesProblem(400);
        group.MapPost("/apply", (HttpContext http, NativeServices services) => HandleAsync(http, services, apply: true)).For(KeyRole.Operator).WithName("deployments-apply")
            .WithSummary("Make the deployments as a file says").Accepts<DeploymentFileWire>("application/json").Produces<PlanWire>().ProducesProblem(400);
    }

    private static async Task<IResult> HandleAsync(HttpContext http, NativeServices services, bool apply)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.DeploymentFileWire).ConfigureAwait(false);
        ImmutableArray<DeploymentPutWire> wanted = wire.Deployments ?? throw new BadRequestException(400, "'deployments' is missing: a list of deployments.", "deployments");
        var faults = ImmutableArray.CreateBuilder<FaultWire>();
        if (wanted.Length > Checks.BatchItems)
        {
            throw new BadRequestException(413, $"A file has at most {Checks.BatchItems} deployments. Send several.", "deployments");
        }

        var items = new List<(DeploymentId Id, DeploymentPutWire Wire, DeploymentSubmission Submission)>();
        for (var i = 0; i < wanted.Length; i++)
        {
            Read(http, wanted[i], $"deployments[{i}]", items, faults);
        }

        if (faults.Count > 0)
        {
            return DeploymentRoutes.Refused(faults.ToImmutable());
        }

        var known = (await services.Store.Read.DeploymentsAsync([.. items.Select(i => i.Id)], http.RequestAborted).ConfigureAwait(false)).ToDictionary(r => r.Id);
        var result = ImmutableArray.CreateBuilder<PlanItemWire>();
        foreach (var (id, one, submission) in items)
        {
            var row = known.GetValueOrDefault(id);
            var plan = Compare(id, row, one, submission);
            result.Add(apply && plan.Action != "unchanged"
                ? After(plan, await services.Gate.SendAsync(DeploymentRoutes.Put(id, submission, one, http) with { ExpectedRevision = row?.Revision ?? 0, ExpectedVersion = row?.Version }, http.RequestAborted).ConfigureAwait(false))
                : plan);
        }

        if (wire.Prune == true)
        {
            foreach (var row in await OthersAsync(http, services, items).ConfigureAwait(false))
            {
                var plan = new PlanItemWire(row.Id.Id, row.Id.Namespace, "delete", row.Revision, false, []);
                result.Add(apply
                    ? After(plan, await services.Gate.SendAsync(
                        new DeploymentCommand.Remove { Deployment = row.Id, CommandId = ProcessRoutes.Fresh(), By = Caller.Of(http), ExpectedVersion = row.Version }, http.RequestAborted).ConfigureAwait(false))
                    : plan);
            }
        }

        return Results.Json(new PlanWire(apply, result.ToImmutable()), NativeJson.Default.PlanWire);
    }

    private static void Read(
        HttpContext http, DeploymentPutWire? wire, string place, List<(DeploymentId, DeploymentPutWire, DeploymentSubmission)> items, ImmutableArray<FaultWire>.Builder faults)
    {
        if (wire is null)
        {
            faults.Add(new FaultWire(place, $"'{place}' is null; a deployment is expected."));
            return;
        }

        var ns = Caller.Namespace(http, wire.Namespace);
        var submission = DeploymentSubmission.Of(wire);
        faults.AddRange(submission.Faults.Select(f => new FaultWire($"{place}.{f.Field}", $"{wire.Name ?? place}: {f.Message}")));
        try
        {
            var id = new DeploymentId(ns, Checks.Id(wire.Name, "name"));
            if (items.Any(i => i.Item1 == id))
            {
                faults.Add(new FaultWire($"{place}.name", $"The file has {wire.Name} twice."));
            }

            items.Add((id, wire, submission));
        }
        catch (BadRequestException e)
        {
            faults.Add(new FaultWire($"{place}.name", e.Message));
        }
    }

    private static PlanItemWire Compare(DeploymentId id, DeploymentRow? row, DeploymentPutWire wire, DeploymentSubmission submission)
    {
        if (row is null)
        {
            return new PlanItemWire(id.Id, id.Namespace, "create", 0, true, []);
        }

        var template = Changes(row.Template, submission.Template, NativeJson.Default.InstanceTemplate);
        List<string> fields = [.. template, .. Changes(row.Spec, submission.Spec, NativeJson.Default.DeploymentSpec)];
        if (wire.Enabled is { } enabled && enabled != row.Enabled)
        {
            fields.Add("enabled");
        }

        var anew = template.Count > 0 || wire.Force == true;
        return new PlanItemWire(id.Id, id.Namespace, fields.Count > 0 || anew ? "update" : "unchanged", row.Revision, anew, [.. fields]);
    }

    private static List<string> Changes<T>(T before, T after, JsonTypeInfo<T> type)
    {
        var (old, now) = (JsonSerializer.SerializeToElement(before, type), JsonSerializer.SerializeToElement(after, type));
        return [.. old.EnumerateObject().Select(p => p.Name).Union(now.EnumerateObject().Select(p => p.Name)).Where(name =>
            !(old.TryGetProperty(name, out var a) && now.TryGetProperty(name, out var b) && JsonElement.DeepEquals(a, b))).Order(StringComparer.Ordinal)];
    }

    private static PlanItemWire After(PlanItemWire plan, DeploymentReply reply) => reply switch
    {
        DeploymentReply.Done done => plan with { Revision = done.Revision },
        DeploymentReply.Refused refused => plan with { Problem = refused.Message },
        _ => plan with { Problem = "The deployment gave an answer that is not known." },
    };

    // Only namespaces that the file names, or the one of the caller when it names none.
    private static async Task<IEnumerable<DeploymentRow>> OthersAsync(HttpContext http, NativeServices services, List<(DeploymentId Id, DeploymentPutWire, DeploymentSubmission)> items)
    {
        var all = await services.Store.Read.DeploymentsAsync(null, null, 0, http.RequestAborted).ConfigureAwait(false);
        var (spaces, kept) = (items.Select(i => i.Id.Namespace).DefaultIfEmpty(Caller.Namespace(http)).ToHashSet(StringComparer.Ordinal), items.Select(i => i.Id).ToHashSet());
        return all.Where(r => spaces.Contains(r.Id.Namespace) && !kept.Contains(r.Id));
    }
}
