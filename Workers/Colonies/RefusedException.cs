namespace Muster.Workers.Colonies;

/// <summary>The server said no.</summary>
/// <param name="status">Its status: 400 for what cannot be, 403 for what is not allowed, 404 for what is not there.</param>
/// <param name="message">Its words.</param>
public sealed class RefusedException(int status, string message) : Exception($"{status}: {message}")
{
    /// <summary>The status.</summary>
    public int Status { get; } = status;
}
