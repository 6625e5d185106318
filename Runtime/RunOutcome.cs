using System.Text.Json;

namespace Muster.Runtime;

/// <summary>How the work of an attempt ended.</summary>
public abstract record RunOutcome
{
    private RunOutcome()
    {
    }

    /// <summary>It did what it was asked.</summary>
    /// <param name="Result">What it returned; null for nothing.</param>
    public sealed record Completed(JsonElement? Result) : RunOutcome;

    /// <summary>It failed.</summary>
    /// <param name="Error">What went wrong.</param>
    /// <param name="Retryable">Whether trying again may help.</param>
    public sealed record Failed(string Error, bool Retryable) : RunOutcome;

    /// <summary>It was not begun; another worker may.</summary>
    /// <param name="Reason">Why not.</param>
    public sealed record GivenBack(string Reason) : RunOutcome;

    /// <summary>It stopped because it was told to.</summary>
    public sealed record Cancelled : RunOutcome
    {
        /// <summary>The one value.</summary>
        public static readonly Cancelled Instance = new();
    }
}
