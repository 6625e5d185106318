using System.Collections.Immutable;
using System.Text.Json;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native.Wire;

/// <summary>A generator as it is made. Durations are seconds or text like "250ms", "10m".</summary>
public sealed record GeneratorPutWire
{
    /// <summary>The id; made by the server when absent.</summary>
    public string? Id { get; init; }

    /// <summary>The tenant; default "default".</summary>
    public string? Namespace { get; init; }

    /// <summary>How many arguments make a run, 1 to 10,000.</summary>
    public int? Count { get; init; }

    /// <summary>Fewer make a run after this time; without, they wait.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The process that is run with the arguments, without id, key, namespace, after, notBefore and deadline.</summary>
    public SubmitWire? Process { get; init; }

    /// <summary>The workflow that is run instead; the same is absent in it and in its nodes.</summary>
    public SubmitWorkflowWire? Workflow { get; init; }
}

/// <summary>A generator.</summary>
public sealed record GeneratorWire
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The tenant.</summary>
    public required string Namespace { get; init; }

    /// <summary>How many arguments make a run.</summary>
    public int Count { get; init; }

    /// <summary>Fewer make a run after this time.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The process that is run with the arguments.</summary>
    public ProcessSpec? Process { get; init; }

    /// <summary>The workflow that is run instead.</summary>
    public WorkflowSpec? Workflow { get; init; }

    /// <summary>How many arguments wait for a run.</summary>
    public int Waiting { get; init; }

    /// <summary>When what waits makes a run though it is not enough.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>When the last run began.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>The id of the work that was submitted last.</summary>
    public string? LastWork { get; init; }

    /// <summary>How many arguments were packed.</summary>
    public long Packed { get; init; }

    /// <summary>How many runs were submitted.</summary>
    public long Fired { get; init; }

    /// <summary>How many runs were refused; their arguments are gone.</summary>
    public long Rejected { get; init; }

    /// <summary>Why the last run was refused.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it; its work is submitted in this name.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>The wire form of a row.</summary>
    public static GeneratorWire Of(GeneratorRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var (spec, progress) = (row.Spec, row.Progress);
        return new GeneratorWire
        {
            Id = row.Id.Id,
            Namespace = row.Id.Namespace,
            Count = spec.Count,
            Timeout = spec.Timeout,
            Process = Templates.Shown(spec.Work.Process),
            Workflow = Templates.Shown(spec.Work.Workflow),
            Waiting = progress.Waiting,
            NextAt = progress.NextAt,
            LastAt = progress.LastAt,
            LastWork = progress.LastWork,
            Packed = progress.Packed,
            Fired = progress.Fired,
            Rejected = progress.Rejected,
            Reason = progress.Reason,
            CreatedAt = row.CreatedAt,
            CreatedBy = row.CreatedBy,
        };
    }
}

/// <summary>Generators.</summary>
/// <param name="Items">The generators, by id.</param>
/// <param name="Cursor">Where the next page begins; null on the last.</param>
public sealed record GeneratorPageWire(ImmutableArray<GeneratorWire> Items, string? Cursor);

/// <summary>Arguments for a generator.</summary>
public sealed record PackWire
{
    /// <summary>The arguments, 1 to 1,000, each any JSON of up to 64 KiB.</summary>
    public ImmutableArray<JsonElement>? Args { get; init; }
}

/// <summary>What a generator holds after arguments were packed.</summary>
/// <param name="Waiting">How many arguments wait for a run.</param>
public sealed record PackedWire(int Waiting);
