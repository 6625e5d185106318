using System.Net;

namespace Muster.Client;

/// <summary>The gateway refused a request, or could not be asked.</summary>
public class MusterException : Exception
{
    /// <summary>A failure without an answer of the gateway.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="inner">What caused it.</param>
    public MusterException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>An answer that refuses.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="problem">What the gateway said; null when it said nothing.</param>
    /// <param name="request">The request, as <c>POST /v1/processes</c>.</param>
    public MusterException(HttpStatusCode status, MusterProblem? problem, string request)
        : base(Describe(status, problem, request))
    {
        Status = status;
        Problem = problem;
    }

    /// <summary>The HTTP status; null when there was no answer.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>What the gateway said; null when it said nothing.</summary>
    public MusterProblem? Problem { get; }

    /// <summary>What was wrong, in the words of the gateway.</summary>
    public string? Detail => Problem?.Detail;

    /// <summary>The field of the request that was wrong.</summary>
    public string? Field => Problem?.Field;

    internal static MusterException Of(HttpStatusCode status, MusterProblem? problem, string request, TimeSpan? retryAfter = null) => (int)status switch
    {
        404 => new MusterNotFoundException(status, problem, request),
        409 => new MusterConflictException(status, problem, request),
        429 or 502 or 503 or 504 or 507 => new MusterUnavailableException(status, problem, request) { RetryAfter = retryAfter, Untouched = (int)status is 429 or 503 },
        _ => new MusterException(status, problem, request),
    };

    private static string Describe(HttpStatusCode status, MusterProblem? problem, string request)
    {
        var said = problem?.Detail ?? problem?.Title ?? status.ToString();
        var field = problem?.Field is { } name ? $" (field {name})" : "";
        return $"{request} was refused with {(int)status}: {said}{field}";
    }
}
