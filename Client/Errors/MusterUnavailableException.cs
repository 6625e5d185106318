using System.Net;

namespace Muster.Client;

/// <summary>The gateway could not be reached, did not answer in time, or cannot take more now (429, 502, 503, 504, 507), and trying again did not help. The same request later may succeed.</summary>
public sealed class MusterUnavailableException : MusterException
{
    /// <summary>No answer.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="inner">What caused it.</param>
    public MusterUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>An answer that asks to come later.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="problem">What the gateway said.</param>
    /// <param name="request">The request.</param>
    public MusterUnavailableException(HttpStatusCode status, MusterProblem? problem, string request)
        : base(status, problem, request)
    {
    }

    /// <summary>How long the gateway asks to wait; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the gateway surely did not act on the request, so that even what must not happen twice may be sent again.</summary>
    internal bool Untouched { get; init; }
}
