using System.Globalization;
using System.Text.Json;
using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Colonies.Processes;

/// <summary>Processes as clients read them.</summary>
/// <param name="store">The store.</param>
/// <param name="directory">Who there is.</param>
internal sealed class ProcessView(IStore store, ColonyDirectory directory)
{
    private const string WaitedTooLong = "Maximum waiting time limit exceeded";
    private const string RanTooLong = "Maximum execution time limit exceeded";

    /// <summary>One; null when there is none.</summary>
    public async Task<ProcessWire?> FindAsync(ProcessId id, CancellationToken cancel) =>
        await store.Read.FindAsync(id, cancel).ConfigureAwait(false) is { } row ? (await OfAsync([row], cancel).ConfigureAwait(false))[0] : null;

    /// <summary>Some, in their order.</summary>
    public async Task<IReadOnlyList<ProcessWire>> OfAsync(IReadOnlyList<ProcessRow> rows, CancellationToken cancel)
    {
        var details = await store.Read.DetailsAsync(rows, cancel).ConfigureAwait(false);
        // Only processes of a workflow have children here.
        var graph = details.Where(d => d.Row.Workflow is not null).Select(d => d.Row.Id).ToList();
        var children = graph.Count == 0 ? null : (await store.Read.ChildrenOfAsync(graph, cancel).ConfigureAwait(false)).ToLookup(l => l.Parent, l => l.Child.Id);
        var wires = new List<ProcessWire>(details.Count);
        foreach (var detail in details)
        {
            var parents = await ParentsAsync(detail.Row, detail.Spec, cancel).ConfigureAwait(false);
            var input = parents.Count > 0 && detail.Row.Attempt > 0 ? await InputAsync(detail.Row.Id, parents, cancel).ConfigureAwait(false) : Input(detail.Spec);
            wires.Add(Of(detail, input, parents, [.. (children?[detail.Row.Id] ?? []).Distinct().Order(StringComparer.Ordinal)]));
        }

        return wires;
    }

    /// <summary>The parents of a process: those that its spec names, in that order, then those that a workflow has added.</summary>
    public async Task<IReadOnlyList<string>> ParentsAsync(ProcessRow row, ProcessSpec? spec, CancellationToken cancel)
    {
        var named = spec?.After ?? [];
        if (row.Workflow is null || !row.HasParents)
        {
            return named;
        }

        var all = await store.Read.ParentsAsync(row.Id, cancel).ConfigureAwait(false);
        return [.. named, .. all.Select(p => p.Id).Where(p => !named.Contains(p)).Order(StringComparer.Ordinal)];
    }

    /// <summary>What the parents of a process returned, one after the other.</summary>
    public async Task<IReadOnlyList<JsonElement>> InputAsync(ProcessId child, IReadOnlyList<string> parents, CancellationToken cancel)
    {
        var input = new List<JsonElement>();
        foreach (var parent in parents)
        {
            input.AddRange(Returned(await store.Read.ResultAsync(child with { Id = parent }, cancel).ConfigureAwait(false)));
        }

        return input;
    }

    /// <summary>A process that was assigned just now.</summary>
    public async Task<ProcessWire> OfAssignmentAsync(ProcessRow row, ProcessSignal.Assignment assignment, DateTimeOffset now, CancellationToken cancel)
    {
        var parents = await ParentsAsync(row, assignment.Spec, cancel).ConfigureAwait(false);
        var input = parents.Count > 0 ? await InputAsync(row.Id, parents, cancel).ConfigureAwait(false) : Input(assignment.Spec);
        return Of(new ProcessDetail(row, assignment.Spec, null, null), input, parents, []) with
        {
            State = (int)ColonyState.Running,
            IsAssigned = true,
            StartTime = row.Attempt == assignment.Attempt && row.StartedAt is { } started ? started : now,
            ExecDeadline = assignment.ExecUntil ?? Loose.NoTime,
            WaitForParents = false,
        };
    }

    /// <summary>What was submitted just now.</summary>
    public static ProcessWire OfSubmitted(ProcessId id, ProcessSpec spec, Member? by, DateTimeOffset now) => new()
    {
        ProcessId = id.Id,
        InitiatorId = by?.Id ?? "",
        InitiatorName = by?.Name ?? "",
        AssignedExecutorId = "",
        IsAssigned = false,
        State = (int)ColonyState.Waiting,
        PriorityTime = Nanoseconds(now.AddSeconds(-(spec.HeadStart ?? 0))),
        SubmissionTime = now,
        StartTime = Loose.NoTime,
        EndTime = Loose.NoTime,
        WaitDeadline = spec.Limits.MaxWait is { } wait ? now + wait : Loose.NoTime,
        ExecDeadline = Loose.NoTime,
        Retries = 0,
        Attributes = Attributes(id, spec, null, (int)ColonyState.Waiting),
        Spec = SpecTranslation.ToWire(spec, id.Namespace),
        WaitForParents = !spec.After.IsEmpty,
        Parents = spec.After,
        Children = [],
        ProcessGraphId = spec.Workflow ?? "",
        In = Input(spec),
        Out = [],
        Errors = [],
    };

    /// <summary>What is a list in JSON, as one; nothing for anything else but a value, which is a list of its own.</summary>
    public static IReadOnlyList<JsonElement> List(JsonElement? json) => json switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => [],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()],
        { } one => [one],
    };

    /// <summary>What a process returned, as a list. A command that a worker of the cluster ran has returned its standard output, as one text.</summary>
    public static IReadOnlyList<JsonElement> Returned(JsonElement? result) =>
        result is { ValueKind: JsonValueKind.Object } ran && ran.TryGetProperty("exitCode", out _) && ran.TryGetProperty("output", out var output) ? [output] : List(result);

    /// <summary>Nanoseconds since 1970.</summary>
    public static long Nanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100;

    private static IReadOnlyList<JsonElement> Input(ProcessSpec? spec) => spec?.Input is { ValueKind: JsonValueKind.Array } input ? [.. input.EnumerateArray()] : [];

    private ProcessWire Of(ProcessDetail detail, IReadOnlyList<JsonElement> input, IReadOnlyList<string> parents, IReadOnlyList<string> children)
    {
        var (row, spec) = (detail.Row, detail.Spec ?? new ProcessSpec { Queue = detail.Row.Queue, Func = detail.Row.Func });
        var (initiatorId, initiatorName) = Initiator(row.CreatedBy);
        var state = ColonyStates.Of(row.Status);
        // What a removed executor had is as if nobody had begun it.
        var untouched = row is { Status: ProcessStatus.Waiting, Executor: { } last } && row.Reason == ExecutorLife.Removed(last);
        var held = row.Status is ProcessStatus.Running || (row.Status.IsFinal() && row.Executor is not null);
        return new ProcessWire
        {
            ProcessId = row.Id.Id,
            InitiatorId = initiatorId,
            InitiatorName = initiatorName,
            AssignedExecutorId = held && row.Executor is { } name ? directory.Executor(row.Id.Namespace, name)?.Id ?? name : "",
            IsAssigned = held,
            State = (int)state,
            PriorityTime = Nanoseconds(row.CreatedAt.AddSeconds(-(spec.HeadStart ?? 0))),
            SubmissionTime = row.CreatedAt,
            StartTime = untouched ? Loose.NoTime : row.StartedAt ?? Loose.NoTime,
            EndTime = row.FinishedAt ?? (row is { Status: ProcessStatus.Waiting, Attempt: > 0 } && !untouched ? row.UpdatedAt : Loose.NoTime),
            WaitDeadline = state == ColonyState.Waiting && row.NextDeadline is { } due && spec.Limits.MaxWait is not null
                ? due
                : spec.Limits.MaxWait is { } wait ? row.CreatedAt + wait : Loose.NoTime,
            ExecDeadline = row.StartedAt is { } began && spec.Limits.MaxExec is { } exec ? began + exec : Loose.NoTime,
            Retries = Retries(row),
            Attributes = Attributes(row.Id, spec, row, (int)state),
            Spec = SpecTranslation.ToWire(spec, row.Id.Namespace),
            WaitForParents = row is { Status: ProcessStatus.Blocked, HasParents: true, Attempt: 0 },
            Parents = parents,
            Children = children,
            ProcessGraphId = spec.Workflow ?? "",
            In = input,
            Out = Output(detail),
            Errors = Errors(detail),
        };
    }

    // The attempt that failed it for good is no retry.
    private static int Retries(ProcessRow row) => row.Status == ProcessStatus.Failed && row.Failure is FailureKind.Attempt or FailureKind.MaxExec
        ? Math.Max(0, row.Counted - 1)
        : row.Counted;

    private static IReadOnlyList<JsonElement> Output(ProcessDetail detail) => detail.Row.Status switch
    {
        ProcessStatus.Running => List(detail.Checkpoint),
        ProcessStatus.Failed when detail.Result is { ValueKind: JsonValueKind.Object } failed && failed.TryGetProperty("out", out var output) => List(output),
        ProcessStatus.Failed when detail.Result is not { ValueKind: JsonValueKind.Object } => [],
        _ => Returned(detail.Result),
    };

    private static IReadOnlyList<string> Errors(ProcessDetail detail) => detail.Row switch
    {
        { Status: not ProcessStatus.Failed } => [],
        { Failure: FailureKind.MaxWait } => [WaitedTooLong],
        { Failure: FailureKind.MaxExec } => [RanTooLong],
        { Failure: FailureKind.Parent or FailureKind.Aborted } => [],
        _ when detail.Result is { ValueKind: JsonValueKind.Object } failed && failed.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array =>
            [.. errors.EnumerateArray().Select(e => e.GetString() ?? "")],
        var row => row.Reason is { } reason ? [reason] : [],
    };

    private static IReadOnlyList<AttributeWire> Attributes(ProcessId id, ProcessSpec spec, ProcessRow? row, int state)
    {
        var kept = row?.Attributes?.Select(a => (AttributeName.Parse(a.Key), a.Value)).Select(a => (a.Item1.Type, a.Item1.Key, a.Value)) ?? [];
        return
        [
            .. spec.Env.Select(e => (Type: AttributeName.Environment, e.Key, e.Value)).Concat(kept).Select(a => new AttributeWire
            {
                AttributeId = AttributeName.Id(id.Id, a.Type, a.Key),
                TargetId = id.Id,
                TargetColonyName = id.Namespace,
                TargetProcessGraphId = spec.Workflow ?? "",
                State = state,
                AttributeType = a.Type,
                Key = a.Key,
                Value = a.Value,
            }),
        ];
    }

    /// <summary>Who submitted something, of what the engine keeps of it.</summary>
    public static (string Id, string Name) Initiator(string? createdBy)
    {
        var space = createdBy?.IndexOf(' ', StringComparison.Ordinal) ?? -1;
        return createdBy is null ? ("", "") : space == 64 ? (createdBy[..space], createdBy[(space + 1)..]) : ("", createdBy);
    }
}
