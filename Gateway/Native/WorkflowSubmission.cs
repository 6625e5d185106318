using System.Collections.Immutable;
using System.Text.Json;
using Muster.Gateway.Native.Wire;
using Muster.Messages.Serialization;
using Muster.Messages.Workflows;
using Muster.Persistence;

namespace Muster.Gateway.Native;

/// <summary>A checked workflow. What is wrong with the graph itself says the engine.</summary>
/// <param name="Workflow">The identity.</param>
/// <param name="Spec">The graph.</param>
/// <param name="Fingerprint">A hash over the spec; tells a repeated submit from another one under the same id.</param>
internal sealed record WorkflowSubmission(WorkflowId Workflow, WorkflowSpec Spec, string Fingerprint)
{
    /// <summary>Checks every field but the namespace.</summary>
    /// <param name="wire">What came.</param>
    /// <param name="nameSpace">Its namespace.</param>
    /// <param name="traceParent">Who submits it.</param>
    /// <param name="store">Where it goes.</param>
    /// <exception cref="BadRequestException">A field is wrong.</exception>
    public static WorkflowSubmission Of(SubmitWorkflowWire wire, string nameSpace, string? traceParent, IStore store)
    {
        var spec = new WorkflowSpec
        {
            Name = Checks.Short(wire.Name, Checks.Names, "name"),
            OnFailure = wire.OnFailure ?? WorkflowFailurePolicy.FailDependents,
            Labels = Checks.Map(wire.Labels, "labels"),
            Nodes = [.. (wire.Nodes ?? []).Select((n, i) => NodeOf(n, $"nodes[{i}]", traceParent))],
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(Untraced(spec), MessagesJson.Default.WorkflowSpec);
        if (WorkflowSize.Wrong(json.Length, store) is { } wrong)
        {
            throw new BadRequestException(413, wrong);
        }

        return new WorkflowSubmission(new WorkflowId(nameSpace, Submission.IdOf(wire.Id, wire.Key, nameSpace, store.Clock)), spec, Submission.Hash(json));
    }

    /// <summary>Checks a node, and says which one is wrong.</summary>
    /// <exception cref="BadRequestException">A field is wrong.</exception>
    public static WorkflowNode NodeOf(SubmitNodeWire? wire, string field, string? traceParent)
    {
        if (wire is null)
        {
            throw new BadRequestException(400, $"'{field}' is missing.", field);
        }

        try
        {
            var spec = Submission.SpecOf(wire, traceParent);
            Submission.CheckSize(JsonSerializer.SerializeToUtf8Bytes(spec, MessagesJson.Default.ProcessSpec).Length);
            return new WorkflowNode { Name = wire.Name ?? "", Process = spec, After = After(wire.After ?? []) };
        }
        catch (BadRequestException e)
        {
            throw new BadRequestException(e.Status, $"The node '{wire.Name}': {e.Message}", e.Field is null ? field : $"{field}.{e.Field}");
        }
    }

    /// <summary>A hash over a node.</summary>
    public static string FingerprintOf(WorkflowNode node) =>
        Submission.Hash(JsonSerializer.SerializeToUtf8Bytes(Untraced(new WorkflowSpec { Nodes = [node] }), MessagesJson.Default.WorkflowSpec));

    private static ImmutableArray<string> After(ImmutableArray<string> names)
    {
        if (names.Length > Checks.Parents)
        {
            throw new BadRequestException(400, $"'after' has at most {Checks.Parents} entries.", "after");
        }

        return names.Any(n => n is null) ? throw new BadRequestException(400, "'after' holds names of nodes.", "after") : names;
    }

    // Who submits the same again may be in another trace.
    private static WorkflowSpec Untraced(WorkflowSpec spec) => spec with
    {
        Nodes = [.. spec.Nodes.Select(n => n with { Process = n.Process with { TraceParent = null } })],
    };
}
