using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Runtime;

/// <summary>One attempt to run.</summary>
public sealed record RunRequest
{
    /// <summary>The process.</summary>
    public required ProcessId Process { get; init; }

    /// <summary>The number of the attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>What was submitted.</summary>
    public required ProcessSpec Spec { get; init; }

    /// <summary>What the attempt before left for this one; null when nothing.</summary>
    public JsonElement? Checkpoint { get; init; }

    /// <summary>Whether it runs already, since before this pool.</summary>
    internal bool Adopted { get; init; }

    /// <summary>The folder of the attempt.</summary>
    public required AttemptFolder Folder { get; init; }

    /// <summary>The request that an assignment makes.</summary>
    public static RunRequest Of(ProcessSignal.Assignment assignment, AttemptFolder folder) => Of(assignment, folder, adopted: false);

    internal static RunRequest Of(ProcessSignal.Assignment assignment, AttemptFolder folder, bool adopted)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        return new RunRequest
        {
            Process = assignment.Process,
            Attempt = assignment.Attempt,
            Spec = assignment.Spec,
            Checkpoint = assignment.Checkpoint,
            Folder = folder,
            Adopted = adopted,
        };
    }
}
