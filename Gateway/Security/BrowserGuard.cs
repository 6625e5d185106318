using Microsoft.AspNetCore.Http;
using Muster.Gateway.Native;

namespace Muster.Gateway.Security;

/// <summary>Keeps web pages away from a gateway without keys: who can submit can run commands here.</summary>
/// <remarks>
/// A page of another site can send requests to loopback, and can reach it under a name of its own (DNS rebinding). So the Host
/// must be a loopback name or the bound one, a foreign Origin or Sec-Fetch-Site is refused, and bodies need a content type that a
/// page cannot send without asking first.
/// </remarks>
/// <param name="next">The rest.</param>
/// <param name="options">What is allowed.</param>
/// <param name="ring">Whether keys are needed. A page of another site has none, and the name under which a gateway with keys is called is not its own.</param>
public sealed class BrowserGuard(RequestDelegate next, GatewayOptions options, KeyRing ring)
{
    private static readonly HashSet<string> LoopbackNames = new(StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]" };

    /// <summary>Lets the request through or refuses it.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (Refusal(http) is { } refusal)
        {
            await refusal.ExecuteAsync(http).ConfigureAwait(false);
            return;
        }

        await next(http).ConfigureAwait(false);
    }

    private IResult? Refusal(HttpContext http)
    {
        var request = http.Request;
        if (!ring.Needed && http.GetEndpoint()?.Metadata.GetMetadata<Access>() is not { HasOwnIdentity: true } && Foreign(request) is { } foreign)
        {
            return foreign;
        }

        return NeedsJson(request) && !IsJson(request.ContentType)
            ? Problems.Of(415, "Send the body as application/json, or many processes as application/x-ndjson.")
            : null;
    }

    private IResult? Foreign(HttpRequest request)
    {
        if (!LoopbackNames.Contains(request.Host.Host) && !options.Hosts.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            return Problems.Of(403, $"The host '{request.Host.Host}' is none of this gateway's. Call it by the name or address that it is bound to.");
        }

        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site && site is not ("same-origin" or "none"))
        {
            return Problems.Of(403, "A page of another site must not call this gateway.");
        }

        if (request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)))
        {
            return Problems.Of(403, "A page of another site must not call this gateway.");
        }

        return null;
    }

    private static bool NeedsJson(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)
        && (HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method) || HttpMethods.IsPatch(request.Method))
        && !IsFile(request)
        && (request.ContentLength > 0 || request.ContentType is not null || request.Headers.TransferEncoding.Count > 0);

    // The content of a file is of any type. A page cannot PUT without asking first.
    private static bool IsFile(HttpRequest request) => HttpMethods.IsPut(request.Method) && request.Path.Value!.Split('/') is ["", "v1", "processes", _, "files", _];

    private static bool IsJson(string? contentType)
    {
        var type = contentType?.Split(';')[0].Trim();
        return string.Equals(type, "application/json", StringComparison.OrdinalIgnoreCase) || string.Equals(type, "application/x-ndjson", StringComparison.OrdinalIgnoreCase);
    }
}
