using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Muster.Tests.Support;

namespace Muster.Tests.Cluster.Keys;

/// <summary>A route as the served document describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">The path, with names of parameters in braces.</param>
/// <param name="NamesNamespace">Whether its body can name a namespace.</param>
public sealed record Route(string Name, string Method, string Path, bool NamesNamespace)
{
    /// <summary>Whether it is for one thing that the path names.</summary>
    public bool IsForOne => Path.Contains('{', StringComparison.Ordinal);

    /// <summary>Every route of the document.</summary>
    public static async Task<IReadOnlyList<Route>> AllAsync(Api api)
    {
        ArgumentNullException.ThrowIfNull(api);
        var document = (await api.GetAsync("/openapi/v1.json")).Body!;
        return
        [
            .. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => new Route(
                method.Value!["operationId"]!.GetValue<string>(), method.Key.ToUpperInvariant(), path.Key, NamesIt(document, method.Value["requestBody"])))),
        ];
    }

    /// <summary>Calls it, with nothing in it that could succeed unless a body is given.</summary>
    public async Task<(HttpStatusCode Status, JsonNode? Body, string Challenge)> CallAsync(Api api, string query = "", string body = "{}")
    {
        ArgumentNullException.ThrowIfNull(api);
        var path = Path.Replace("{attempt}", "1", StringComparison.Ordinal).Replace("{id}", "nobody", StringComparison.Ordinal).Replace("{name}", "nothing", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(Method), new Uri(path + query, UriKind.Relative));
        request.Content = Method is "POST" or "PUT" ? new StringContent(body, Encoding.UTF8, "application/json") : null;
        // A stream has no end.
        using var response = await api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var text = response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null, response.Headers.WwwAuthenticate.ToString());
    }

    private static bool NamesIt(JsonNode document, JsonNode? node) => node switch
    {
        JsonObject o when o["$ref"] is { } reference => NamesIt(document, reference.GetValue<string>()[2..].Split('/').Aggregate(document, (at, part) => at[part]!)),
        JsonObject o => (o["properties"] as JsonObject)?.ContainsKey("namespace") == true || o.Any(p => NamesIt(document, p.Value)),
        JsonArray a => a.Any(i => NamesIt(document, i)),
        _ => false,
    };
}
