namespace Muster.Cli;

/// <summary>Something that ends a verb, said in one line.</summary>
internal sealed class CliException : Exception
{
    public CliException(int exitCode, string message)
        : base(message) => ExitCode = exitCode;

    public CliException()
        : this(Cli.ExitCode.Failed, "It did not work.")
    {
    }

    public CliException(string message)
        : this(Cli.ExitCode.Failed, message)
    {
    }

    public CliException(string message, Exception inner)
        : base(message, inner) => ExitCode = Cli.ExitCode.Failed;

    /// <summary>How the program ends.</summary>
    public int ExitCode { get; }
}
