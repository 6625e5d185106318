using System.Net;

namespace Muster.Client;

/// <summary>The request contradicts what is already so (409): the id has another spec, the attempt is over, the state is final.</summary>
public sealed class MusterConflictException : MusterException
{
    /// <summary>An answer with 409.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="problem">What the gateway said.</param>
    /// <param name="request">The request.</param>
    public MusterConflictException(HttpStatusCode status, MusterProblem? problem, string request)
        : base(status, problem, request)
    {
    }
}
