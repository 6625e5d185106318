namespace Muster.Workers.Colonies;

/// <summary>What an attribute of a process is for; the numbers are those of the wire.</summary>
public enum AttributeType
{
    /// <summary>Something that went in.</summary>
    In = 0,

    /// <summary>Something that came out.</summary>
    Out = 1,

    /// <summary>Something that went wrong.</summary>
    Error = 2,

    /// <summary>A variable of its environment.</summary>
    Environment = 3,
}
