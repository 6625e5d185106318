using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Muster.Gateway.Security;

/// <summary>Lets a request through when its route admits the key that it shows. What a route does not declare is refused.</summary>
/// <param name="next">The rest.</param>
/// <param name="ring">The keys.</param>
/// <param name="log">Hears of a route that declares nothing.</param>
public sealed partial class KeyGuard(RequestDelegate next, KeyRing ring, ILogger<KeyGuard> log)
{
    private const string Challenge = "Bearer realm=\"muster\"";

    /// <summary>Lets the request through or refuses it.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        // Without a route there is nothing to reach: routing answers that there is none, or none for this method.
        if (http.GetEndpoint() is not RouteEndpoint route)
        {
            await next(http).ConfigureAwait(false);
            return;
        }

        if (route.Metadata.GetMetadata<Access>() is not { } access)
        {
            LogUndeclared(route.RoutePattern.RawText ?? "");
            await Problems.Of(403, "This route does not declare who may call it, so nobody may. That is a mistake in the gateway.").ExecuteAsync(http).ConfigureAwait(false);
            return;
        }

        if (access.IsOpen)
        {
            await next(http).ConfigureAwait(false);
            return;
        }

        var text = Shown(http.Request);
        var key = text is null ? null : await ring.FindAsync(text, http.RequestAborted).ConfigureAwait(false);
        if (key is not null)
        {
            http.Features.Set(key);
        }

        var refusal = key is null
            ? await ring.AreNeededAsync(http.RequestAborted).ConfigureAwait(false) ? Unknown(http, text is null, access) : null
            : Refusal(http, route, key, access);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(http).ConfigureAwait(false);
        }
        else if (key is null || access.IsForOperators)
        {
            // What an operator asks is over soon, and who revokes his own key still hears that it is done.
            await next(http).ConfigureAwait(false);
        }
        else
        {
            using var watch = ring.Watch(key, http.Abort);
            await next(http).ConfigureAwait(false);
        }
    }

    private static string? Shown(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? header[scheme.Length..].Trim()
            : request.Headers["X-Api-Key"].ToString() is { Length: > 0 } other ? other : null;
    }

    private static IResult Unknown(HttpContext http, bool none, Access access)
    {
        http.Response.Headers.WWWAuthenticate = none ? Challenge : $"{Challenge}, error=\"invalid_token\"";
        return Problems.Of(401, none
            ? $"This needs the key of a {access.Words}. Send it as 'Authorization: Bearer muster_...'."
            : $"There is no such key, or it was revoked. This needs the key of a {access.Words}.");
    }

    private static IResult? Refusal(HttpContext http, RouteEndpoint route, CallerKey key, Access access)
    {
        if (!access.Admits(key.Role))
        {
            return Forbidden(http, $"This needs the key of a {access.Words}; the key '{key.Name}' is one of a {key.Role.ToString().ToLowerInvariant()}.");
        }

        if (key.Namespace is null)
        {
            return null;
        }

        if (access.AllNamespaces)
        {
            return Forbidden(http, $"This tells of all namespaces, so it needs a key for all of them (*); the key '{key.Name}' is for {key.Namespace}.");
        }

        try
        {
            Caller.NamespaceOrAll(http);
            return null;
        }
        catch (BadRequestException e) when (e.Status == 403)
        {
            // Whether the thing exists is not for this caller to know.
            return route.RoutePattern.Parameters.Count > 0 ? Problems.Of(404, $"There is nothing at {http.Request.Path} that this key may reach: {e.Message}") : Forbidden(http, e.Message);
        }
    }

    private static IResult Forbidden(HttpContext http, string detail)
    {
        http.Response.Headers.WWWAuthenticate = $"{Challenge}, error=\"insufficient_scope\"";
        return Problems.Of(403, detail);
    }

    [LoggerMessage(1002, LogLevel.Error, "The route {Route} does not declare who may call it")]
    private partial void LogUndeclared(string route);
}
