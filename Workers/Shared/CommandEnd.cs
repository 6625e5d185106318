namespace Muster.Workers.Shared;

/// <summary>How a command ended.</summary>
public abstract record CommandEnd
{
    private CommandEnd()
    {
    }

    /// <summary>It could not be started.</summary>
    /// <param name="Reason">Why, in one sentence.</param>
    public sealed record NotStarted(string Reason) : CommandEnd;

    /// <summary>It was ended because it was asked for.</summary>
    public sealed record Cancelled : CommandEnd;

    /// <summary>It was ended because it wrote nothing for too long.</summary>
    public sealed record Silent : CommandEnd;

    /// <summary>It ended by itself.</summary>
    /// <param name="Code">The exit code; 128 and the number of the signal when one ended it.</param>
    /// <param name="Output">What it wrote to standard output, as far as it was kept.</param>
    /// <param name="Error">What it wrote to standard error, as far as it was kept.</param>
    /// <param name="LastError">The last line of it on standard error that was not blank; null when there was none.</param>
    public sealed record Exited(int Code, string Output, string Error, string? LastError) : CommandEnd;
}
