namespace Muster.Gateway.Colonies;

/// <summary>A message that is refused.</summary>
/// <param name="status">The status, of HTTP and inside the reply.</param>
/// <param name="message">What is wrong and what to do.</param>
public sealed class ColoniesException(int status, string message) : Exception(message)
{
    /// <summary>The status.</summary>
    public int Status => status;
}
