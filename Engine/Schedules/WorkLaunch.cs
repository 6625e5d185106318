using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Muster.Messages.Workflows;
using Muster.Persistence;

namespace Muster.Engine.Schedules;

/// <summary>Submits the work of a schedule or a generator, and reads how it went. What submits is the id: the same again is the same work.</summary>
/// <param name="store">Where work is looked up.</param>
internal sealed class WorkLaunch(IStore store)
{
    /// <summary>The command that submits the work.</summary>
    /// <param name="template">What is run.</param>
    /// <param name="work">Its identity.</param>
    /// <param name="label">The label that says who fired it.</param>
    /// <param name="by">In whose name.</param>
    /// <param name="change">What is different in this run, for those of its processes that depend on no other.</param>
    public static object Command(WorkTemplate template, ProcessId work, (string Key, string Value) label, string? by, Func<ProcessSpec, ProcessSpec> change)
    {
        // The id derives from who fires it and from which run it is: that is all there is to compare.
        var (commandId, fingerprint) = ($"fire-{work.Id}", work.Id);
        if (template.Process is { } process)
        {
            return new ProcessCommand.Submit
            {
                Process = work,
                CommandId = commandId,
                By = by,
                Spec = change(process) with { Labels = process.Labels.SetItem(label.Key, label.Value) },
                Fingerprint = fingerprint,
            };
        }

        var graph = template.Workflow!;
        return new WorkflowCommand.Submit
        {
            Workflow = new WorkflowId(work.Namespace, work.Id),
            CommandId = commandId,
            By = by,
            Spec = graph with
            {
                Labels = graph.Labels.SetItem(label.Key, label.Value),
                Nodes = [.. graph.Nodes.Select(n => n.After.IsEmpty ? n with { Process = change(n.Process) } : n)],
            },
            Fingerprint = fingerprint,
        };
    }

    /// <summary>Where a command goes.</summary>
    public static IActorRef Region(ActorSystem system, object command) =>
        command is WorkflowCommand ? EngineContext.WorkflowRegion(system) : EngineContext.ProcessRegion(system);

    /// <summary>Which work an answer is about; null when it is no answer of work.</summary>
    public static string? WorkOf(object answer) => answer switch
    {
        ProcessReply r => r.Process.Id,
        WorkflowReply r => r.Workflow.Id,
        _ => null,
    };

    /// <summary>What an answer says.</summary>
    public static LaunchAnswer Read(object answer) => answer switch
    {
        ProcessReply.Refused r => Refused(r.Problem, r.Message),
        WorkflowReply.Refused r => Refused(r.Problem, r.Message),
        _ => new LaunchAnswer(null, Again: false),
    };

    /// <summary>How work that was submitted before stands.</summary>
    /// <param name="work">Its identity.</param>
    /// <param name="outputs">Whether its outputs are wanted.</param>
    public async Task<PreviousWork> PreviousAsync(ProcessId work, bool outputs)
    {
        var row = await store.Read.FindAsync(work).ConfigureAwait(false);
        if (row is null)
        {
            return await PreviousAsync(new WorkflowId(work.Namespace, work.Id), outputs).ConfigureAwait(false);
        }

        if (!row.Status.IsFinal())
        {
            return new PreviousWork(false, null);
        }

        var result = outputs ? await store.Read.ResultAsync(work).ConfigureAwait(false) : null;
        return new PreviousWork(true, result is { } output ? Joined([output]) : null);
    }

    private async Task<PreviousWork> PreviousAsync(WorkflowId work, bool outputs)
    {
        // The retention takes only what is final.
        if (await store.Read.WorkflowAsync(work).ConfigureAwait(false) is not { } row)
        {
            return new PreviousWork(true, null);
        }

        if (row.FinishedAt is null)
        {
            return new PreviousWork(false, null);
        }

        return new PreviousWork(true, outputs ? await LeavesAsync(work).ConfigureAwait(false) : null);
    }

    // What the processes have returned that no other depends on.
    private async Task<JsonElement?> LeavesAsync(WorkflowId work)
    {
        var parents = (await store.Read.WorkflowEdgesAsync(work).ConfigureAwait(false)).Select(e => e.Parent).ToHashSet(StringComparer.Ordinal);
        var outputs = ImmutableArray.CreateBuilder<JsonElement>();
        foreach (var process in await store.Read.WorkflowProcessesAsync(work).ConfigureAwait(false))
        {
            if (!parents.Contains(process.Id) && await store.Read.ResultAsync(new ProcessId(work.Namespace, process.Id)).ConfigureAwait(false) is { } output)
            {
                outputs.Add(output);
            }
        }

        return outputs.Count > 0 ? Joined(outputs.ToImmutable()) : null;
    }

    private static LaunchAnswer Refused(Problem problem, string message) => new(message, Again: problem is Problem.Busy or Problem.StorageFull or Problem.TooMuch);

    /// <summary>Outputs as one list: a list gives its items, anything else itself.</summary>
    internal static JsonElement Joined(ImmutableArray<JsonElement> outputs) => JsonElement.Parse(
        $"[{string.Join(',', outputs.SelectMany(o => o.ValueKind == JsonValueKind.Array ? o.EnumerateArray() : Enumerable.Repeat(o, 1)).Select(o => o.GetRawText()))}]");
}
