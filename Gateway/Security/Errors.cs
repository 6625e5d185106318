using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Muster.Persistence.Journal;

namespace Muster.Gateway.Security;

/// <summary>Turns what went wrong into an answer that says so; nothing of the inside is shown.</summary>
/// <param name="next">The rest.</param>
/// <param name="log">Gets what nobody expected.</param>
public sealed partial class Errors(RequestDelegate next, ILogger<Errors> log)
{
    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        try
        {
            await next(http).ConfigureAwait(false);
            if (http.Response is { HasStarted: false, StatusCode: 404 or 405 or 415 })
            {
                await Problems.Of(http.Response.StatusCode, Bare(http)).ExecuteAsync(http).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to answer to.
        }
        catch (BadRequestException e) when (!http.Response.HasStarted)
        {
            await Problems.Of(e.Status, e.Message, e.Field).ExecuteAsync(http).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            await Problems.Of(e.StatusCode, e.StatusCode == 413 ? "The body is too large." : e.Message).ExecuteAsync(http).ConfigureAwait(false);
        }
        catch (StoreUnavailableException e) when (!http.Response.HasStarted)
        {
            await Problems.Of(503, e.Message).ExecuteAsync(http).ConfigureAwait(false);
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            LogUnexpected(e, http.Request.Method, http.Request.Path);
            await Problems.Of(500, "Something unexpected went wrong; the log of this node says what.").ExecuteAsync(http).ConfigureAwait(false);
        }
    }

    // What routing refuses has no body.
    private static string Bare(HttpContext http) => http.Response.StatusCode switch
    {
        404 => $"There is nothing at {http.Request.Path}. See /openapi/v1.json.",
        405 => $"{http.Request.Method} is not taken at {http.Request.Path}.",
        _ => $"The content type {http.Request.ContentType} is not taken at {http.Request.Path}.",
    };

    [LoggerMessage(1001, LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogUnexpected(Exception e, string method, string path);
}
