namespace Muster.Client.Handlers;

/// <summary>Thrown by a handler when trying again cannot help: the process fails at once, whatever retries it has left.</summary>
public sealed class FinalFailureException : Exception
{
    /// <summary>Fails with a reason.</summary>
    /// <param name="message">Why.</param>
    public FinalFailureException(string message)
        : base(message)
    {
    }

    /// <summary>Fails with a reason and its cause.</summary>
    /// <param name="message">Why.</param>
    /// <param name="inner">What went wrong.</param>
    public FinalFailureException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
