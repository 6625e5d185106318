using Microsoft.AspNetCore.Http;
using Muster.Gateway.Native;
using Muster.Messages;

namespace Muster.Gateway.Security;

/// <summary>Who is asking, and for which namespace. Routes learn a namespace from here only, so that a key for one never reaches another.</summary>
internal static class Caller
{
    /// <summary>Who it is, as it stands in the history: the name of the key; without keys the address.</summary>
    public static string Of(HttpContext http) =>
        Key(http)?.Name ?? (http.Connection.RemoteIpAddress is { } ip && System.Net.IPAddress.IsLoopback(ip) ? "local" : http.Connection.RemoteIpAddress?.ToString() ?? "local");

    /// <summary>The key that was shown; null without keys.</summary>
    public static CallerKey? Key(HttpContext http) => http.Features.Get<CallerKey>();

    /// <summary>The namespace of a request: the one that its body or its address names, else the one of the key, else the default.</summary>
    /// <param name="http">The request.</param>
    /// <param name="inBody">What the body names.</param>
    /// <exception cref="BadRequestException">It is no id, or the key is for another.</exception>
    public static string Namespace(HttpContext http, string? inBody = null) => NamespaceOrAll(http, inBody) ?? Ids.DefaultNamespace;

    /// <summary>The same, but null for all of them when none is named and the key is for all.</summary>
    /// <exception cref="BadRequestException">It is no id, or the key is for another.</exception>
    public static string? NamespaceOrAll(HttpContext http, string? inBody = null)
    {
        var mine = Key(http)?.Namespace;
        if ((inBody ?? http.Request.Query["namespace"].FirstOrDefault()) is not { } named)
        {
            return mine;
        }

        Checks.Id(named, "namespace");
        return mine is null || mine == named ? named : throw new BadRequestException(403, $"This key is for the namespace {mine}, not for {named}.", "namespace");
    }
}
