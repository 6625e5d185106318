namespace Muster.Cli;

/// <summary>How the program ends; the same for every verb.</summary>
internal static class ExitCode
{
    /// <summary>It is done.</summary>
    public const int Ok = 0;

    /// <summary>It was refused, or the work that was waited for failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>There is no gateway, or none that answers this caller.</summary>
    public const int NoGateway = 3;
}
