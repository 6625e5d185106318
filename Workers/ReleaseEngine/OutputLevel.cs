namespace Muster.Workers.ReleaseEngine;

/// <summary>How much an output line matters.</summary>
public enum OutputLevel
{
    /// <summary>DEBUG.</summary>
    Debug,

    /// <summary>INFO.</summary>
    Info,

    /// <summary>WARNING, also spelt WARN.</summary>
    Warning,

    /// <summary>ERROR.</summary>
    Error,

    /// <summary>CRITICAL, also spelt FATAL.</summary>
    Critical,
}

/// <summary>The names of levels in configuration files.</summary>
internal static class OutputLevels
{
    public const string Known = "DEBUG, INFO, WARNING, ERROR, CRITICAL";

    public static OutputLevel? Parse(string text) => text.ToUpperInvariant() switch
    {
        "DEBUG" => OutputLevel.Debug,
        "INFO" => OutputLevel.Info,
        "WARN" or "WARNING" => OutputLevel.Warning,
        "ERROR" => OutputLevel.Error,
        "CRITICAL" or "FATAL" => OutputLevel.Critical,
        _ => null,
    };
}
