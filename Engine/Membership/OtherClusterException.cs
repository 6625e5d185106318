namespace Muster.Engine.Membership;

/// <summary>This node was led to a cluster of another name; the message says what differs and what to do.</summary>
public sealed class OtherClusterException : Exception
{
    /// <summary>Says what differs.</summary>
    public OtherClusterException(string message)
        : base(message)
    {
    }

    /// <summary>Says nothing.</summary>
    public OtherClusterException()
    {
    }

    /// <summary>Says what differs, and what it came from.</summary>
    public OtherClusterException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
