using System.Net;

namespace Muster.Client;

/// <summary>There is no such thing in this namespace (404).</summary>
public sealed class MusterNotFoundException : MusterException
{
    /// <summary>An answer with 404.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="problem">What the gateway said.</param>
    /// <param name="request">The request.</param>
    public MusterNotFoundException(HttpStatusCode status, MusterProblem? problem, string request)
        : base(status, problem, request)
    {
    }
}
