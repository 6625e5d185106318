using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Muster.Messages;

namespace Muster.Gateway;

/// <summary>Refusals in the form of RFC 9457: what was wrong, where, and what to do.</summary>
public static class Problems
{
    /// <summary>The member that names the field a request got wrong.</summary>
    public const string Field = "field";

    /// <summary>How long a caller should wait before it sends the same again, in seconds.</summary>
    private const int RetryAfterSeconds = 1;

    /// <summary>A refusal with a status.</summary>
    public static IResult Of(int status, string detail, string? field = null) => new ProblemResult(Details(status, detail, field));

    /// <summary>A refusal that says more than others.</summary>
    public static IResult Of(ProblemDetails details) => new ProblemResult(details);

    /// <summary>A refusal by the engine.</summary>
    public static IResult Of(Problem problem, string detail) => Of(Status(problem), detail);

    /// <summary>The content of a refusal, for an item of a batch.</summary>
    public static ProblemDetails Details(int status, string detail, string? field = null)
    {
        var details = new ProblemDetails { Status = status, Title = Title(status), Detail = detail, Type = $"https://httpstatuses.io/{status}" };
        if (field is not null)
        {
            details.Extensions[Field] = field;
        }

        return details;
    }

    /// <summary>The status of a refusal by the engine.</summary>
    public static int Status(Problem problem) => problem switch
    {
        Problem.Invalid => StatusCodes.Status400BadRequest,
        Problem.NotFound => StatusCodes.Status404NotFound,
        Problem.Conflict => StatusCodes.Status409Conflict,
        Problem.TooMuch => StatusCodes.Status429TooManyRequests,
        Problem.Busy => StatusCodes.Status503ServiceUnavailable,
        Problem.StorageFull => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static string Title(int status) => status switch
    {
        400 => "The request is wrong",
        401 => "A key is missing",
        403 => "Not allowed",
        404 => "Not found",
        405 => "The method is not taken here",
        409 => "It contradicts what is already so",
        410 => "No longer kept",
        413 => "Too large",
        415 => "The content type is not taken here",
        429 => "Too much at once",
        503 => "Busy",
        507 => "The disk is nearly full",
        _ => "It did not work",
    };

    private sealed class ProblemResult(ProblemDetails details) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = details.Status!.Value;
            if (details.Status is 429 or 503)
            {
                httpContext.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            return httpContext.Response.WriteAsJsonAsync(details, Native.NativeJson.Default.ProblemDetails, "application/problem+json", httpContext.RequestAborted);
        }
    }
}
