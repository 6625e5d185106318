using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Persistence.ReadModel;

/// <summary>A waiting process as its queue needs it.</summary>
public sealed record WaitingRow(ProcessId Id, string Lane, int Priority, DateTimeOffset Since, long Seq);

/// <summary>An entity that acts by itself at some time.</summary>
/// <param name="Id">Which: namespace and id, whatever it is.</param>
/// <param name="Shard">The shard that it lives in.</param>
/// <param name="Due">When.</param>
/// <param name="Kind">What it is.</param>
public sealed record DueRow(ProcessId Id, int Shard, DateTimeOffset Due, DueKind Kind = DueKind.Process);

/// <summary>A parent or child and its state.</summary>
public sealed record RelatedRow(string Id, ProcessStatus Status, string? Cause);

/// <summary>How many processes of a queue are in a state.</summary>
public sealed record CountRow(string Namespace, string Queue, ProcessStatus Status, long Count);

/// <summary>How many processes of a workflow are in a state.</summary>
public sealed record WorkflowCountRow(string Workflow, ProcessStatus Status, long Count);

/// <summary>A place under a limit that is taken.</summary>
public sealed record SlotRow(string Key, int Slot, ProcessId Process, int Attempt);

/// <summary>A running attempt.</summary>
public sealed record RunningRow(ProcessId Id, int Attempt, string Executor, string Demand);

/// <summary>One event of one process, as the journal has it.</summary>
/// <param name="Offset">The place in the journal of the whole store.</param>
/// <param name="Process">The process.</param>
/// <param name="Event">What happened; null when the row cannot be read.</param>
public sealed record HistoryRow(long Offset, ProcessId Process, ProcessEvent? Event)
{
    /// <summary>The transaction that wrote it, where several nodes write and the order of all events was asked for; else 0.</summary>
    public long Transaction { get; init; }

    /// <summary>Its place among the transitions of all processes.</summary>
    public EventPlace Place => new(Transaction, Offset);
}

/// <summary>A log line and the attempt that wrote it.</summary>
public sealed record LogRow(int Attempt, LogLine Line);

/// <summary>The settings of a queue; null does not limit.</summary>
public sealed record QueueSettings
{
    /// <summary>How many of its processes may run at once.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>How many may start in a second, on average.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>Whether nothing starts.</summary>
    public bool Paused { get; init; }
}

/// <summary>A registered executor.</summary>
public sealed record ExecutorRow(string Namespace, string Id, Capability Capability, DateTimeOffset RegisteredAt, DateTimeOffset LastSeen);

/// <summary>A file of a process.</summary>
public sealed record FileRow(long FileId, string Name, long Size, string Sha256, string MediaType, DateTimeOffset CreatedAt);

/// <summary>A webhook that is due.</summary>
public sealed record WebhookRow(ProcessId Id, DateTimeOffset Due);
