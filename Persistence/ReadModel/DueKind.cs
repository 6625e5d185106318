namespace Muster.Persistence.ReadModel;

/// <summary>What acts by itself at some time.</summary>
public enum DueKind
{
    /// <summary>A process.</summary>
    Process,

    /// <summary>A schedule.</summary>
    Schedule,

    /// <summary>A generator.</summary>
    Generator,
}
