namespace Muster.Runtime.Instances;

/// <summary>An instance could not be started; the message says why.</summary>
public sealed class InstanceStartException : Exception
{
    /// <summary>It could not be started.</summary>
    /// <param name="message">Why.</param>
    public InstanceStartException(string message)
        : base(message)
    {
    }

    /// <summary>It could not be started.</summary>
    /// <param name="message">Why.</param>
    /// <param name="inner">What failed.</param>
    public InstanceStartException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
