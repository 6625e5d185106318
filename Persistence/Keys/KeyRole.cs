namespace Muster.Persistence.Keys;

/// <summary>What the holder of a key may do.</summary>
public enum KeyRole
{
    /// <summary>Look at everything of its namespace.</summary>
    Reader,

    /// <summary>Submit and control processes, and look.</summary>
    Submitter,

    /// <summary>Take work and speak for attempts, and look.</summary>
    Worker,

    /// <summary>Everything.</summary>
    Operator,
}
