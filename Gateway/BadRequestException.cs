namespace Muster.Gateway;

/// <summary>A request that is wrong before anything was done.</summary>
/// <param name="status">The status: 400, 413 or 415.</param>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="blamed">The field, when one is to blame.</param>
public sealed class BadRequestException(int status, string message, string? blamed = null) : Exception(message)
{
    /// <summary>The status.</summary>
    public int Status => status;

    /// <summary>The field, when one is to blame.</summary>
    public string? Field => blamed;
}
