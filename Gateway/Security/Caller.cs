using Microsoft.AspNetCore.Http;

namespace Muster.Gateway.Native;

/// <summary>Who is asking, as it stands in the history.</summary>
internal static class Caller
{
    /// <summary>The name of the key; without keys the address.</summary>
    public static string Of(HttpContext http) =>
        http.User.Identity?.Name ?? (http.Connection.RemoteIpAddress is { } ip && System.Net.IPAddress.IsLoopback(ip) ? "local" : http.Connection.RemoteIpAddress?.ToString() ?? "local");
}
