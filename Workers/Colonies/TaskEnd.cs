using System.Text.Json.Nodes;

namespace Muster.Workers.Colonies;

/// <summary>How a process ended at its executor.</summary>
public abstract record TaskEnd
{
    private TaskEnd()
    {
    }

    /// <summary>It is closed with success.</summary>
    /// <param name="Output">What it returned; null keeps what was said while it ran.</param>
    public sealed record Success(JsonArray? Output = null) : TaskEnd;

    /// <summary>It is closed with failure, and not tried again.</summary>
    /// <param name="Errors">Why.</param>
    public sealed record Failure(params IReadOnlyList<string> Errors) : TaskEnd;
}
