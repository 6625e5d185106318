namespace Muster.Runtime.Containers;

/// <summary>The engine did not do what it was asked; the message says what it answered.</summary>
public sealed class ContainerEngineException : Exception
{
    /// <summary>It did not do it.</summary>
    /// <param name="message">What it answered.</param>
    /// <param name="inner">The answer.</param>
    public ContainerEngineException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
