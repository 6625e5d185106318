using System.Collections.Immutable;
using Muster.Messages.Processes;

namespace Muster.Engine.Processes.Rules;

/// <summary>What a process knows of itself. The spec is not part of it: a live process does not keep its spec.</summary>
public sealed record ProcessState
{
    /// <summary>How many command ids are remembered, so that a repeated command is answered and not applied.</summary>
    public const int RememberedCommands = 8;

    /// <summary>Before anything happened.</summary>
    public static readonly ProcessState Empty = new();

    /// <summary>The state.</summary>
    public ProcessStatus Status { get; init; }

    /// <summary>The queue.</summary>
    public string Queue { get; init; } = "";

    /// <summary>The lane within the queue.</summary>
    public string Lane { get; init; } = "";

    /// <summary>What an executor must meet.</summary>
    public Requirements Requirements { get; init; } = new();

    /// <summary>What happens when its concurrency key is taken.</summary>
    public ConflictPolicy OnConflict { get; init; }

    /// <summary>A hash over the spec.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>Higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Its place in the queue; null when it stands where it began to wait.</summary>
    public DateTimeOffset? Place { get; init; }

    /// <summary>What it enforces on itself.</summary>
    public Limits Limits { get; init; } = new();

    /// <summary>Whether it names parents.</summary>
    public bool HasParents { get; init; }

    /// <summary>Whether no parent holds it back.</summary>
    public bool ParentsDone { get; init; }

    /// <summary>Parents that were added while it was blocked: what was read of the parents before does not know them.</summary>
    public ImmutableArray<string> NewParents { get; init; } = [];

    /// <summary>The workflow that it is a node of.</summary>
    public string? Workflow { get; init; }

    /// <summary>The last attempt; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>The attempts of this series that count against max retries.</summary>
    public int Counted { get; init; }

    /// <summary>Who holds the attempt.</summary>
    public string? Executor { get; init; }

    /// <summary>The demand that the attempt answers.</summary>
    public string? Demand { get; init; }

    /// <summary>Whether its worker has said anything of the attempt. Kept in memory only.</summary>
    public bool Heard { get; init; }

    /// <summary>The places under limits that the attempt holds.</summary>
    public ImmutableArray<SlotClaim> Slots { get; init; } = [];

    /// <summary>From when a max wait since submission counts: its submission, or its last reopening.</summary>
    public DateTimeOffset WaitsFrom { get; init; }

    /// <summary>When its present wait began.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>Until when it is blocked, parents aside: its start time or a retry delay.</summary>
    public DateTimeOffset? BlockedUntil { get; init; }

    /// <summary>When the attempt is taken back for silence. Heartbeats move it in memory only.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>When the attempt is taken back for its duration.</summary>
    public DateTimeOffset? ExecUntil { get; init; }

    /// <summary>A hash over the result, when it succeeded.</summary>
    public string? ResultHash { get; init; }

    /// <summary>Why it failed or was cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>The parent that caused its end.</summary>
    public string? Cause { get; init; }

    /// <summary>The last commands that changed it.</summary>
    public ImmutableArray<string> Commands { get; init; } = [];
}
