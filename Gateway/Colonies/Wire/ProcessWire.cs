using System.Text.Json;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>A process, as clients read it. Every member is always there.</summary>
internal sealed record ProcessWire
{
    public required string ProcessId { get; init; }

    public required string InitiatorId { get; init; }

    public required string InitiatorName { get; init; }

    public required string AssignedExecutorId { get; init; }

    public required bool IsAssigned { get; init; }

    public required int State { get; init; }

    /// <summary>Nanoseconds since 1970; the lowest is taken first.</summary>
    public required long PriorityTime { get; init; }

    public required DateTimeOffset SubmissionTime { get; init; }

    public required DateTimeOffset StartTime { get; init; }

    public required DateTimeOffset EndTime { get; init; }

    public required DateTimeOffset WaitDeadline { get; init; }

    public required DateTimeOffset ExecDeadline { get; init; }

    /// <summary>How often it went back because max exec time had passed.</summary>
    public required int Retries { get; init; }

    public required IReadOnlyList<AttributeWire> Attributes { get; init; }

    public required FunctionSpecWire Spec { get; init; }

    public required bool WaitForParents { get; init; }

    public required IReadOnlyList<string> Parents { get; init; }

    public required IReadOnlyList<string> Children { get; init; }

    public required string ProcessGraphId { get; init; }

    public required IReadOnlyList<JsonElement> In { get; init; }

    public required IReadOnlyList<JsonElement> Out { get; init; }

    public required IReadOnlyList<string> Errors { get; init; }
}
