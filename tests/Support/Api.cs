using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Muster.Tests.Support;

/// <summary>The gateway as any caller sees it: JSON in, status and JSON out.</summary>
/// <param name="http">A client with the base address.</param>
public sealed class Api(HttpClient http)
{
    /// <summary>The client.</summary>
    public HttpClient Http => http;

    /// <summary>Sends JSON text; an empty text sends no body.</summary>
    public async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(HttpMethod method, string path, string json = "", string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (json.Length > 0)
        {
            request.Content = new StringContent(json, Encoding.UTF8, contentType);
        }

        using var response = await http.SendAsync(request).ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
        return (response.StatusCode, text.Length == 0 || text[0] is not ('{' or '[') ? null : JsonNode.Parse(text));
    }

    /// <summary>POSTs JSON text.</summary>
    public Task<(HttpStatusCode Status, JsonNode? Body)> PostAsync(string path, string json = "", string contentType = "application/json") => SendAsync(HttpMethod.Post, path, json, contentType);

    /// <summary>GETs.</summary>
    public Task<(HttpStatusCode Status, JsonNode? Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Submits, and gives the id.</summary>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    public async Task<string> SubmitAsync(string json)
    {
        var (status, body) = await PostAsync("/v1/processes", json).ConfigureAwait(false);
        return status is HttpStatusCode.Created or HttpStatusCode.OK ? body!["id"]!.GetValue<string>() : throw new InvalidOperationException($"{status}: {body}");
    }

    /// <summary>Asks for work.</summary>
    public async Task<IReadOnlyList<JsonNode>> AssignAsync(string queue, string executor = "w1", int max = 1, string wait = "10s", string more = "")
    {
        var (status, body) = await PostAsync("/v1/assign", $$"""{"executor":"{{executor}}","queues":["{{queue}}"],"max":{{max}},"wait":"{{wait}}"{{more}}}""").ConfigureAwait(false);
        return status == HttpStatusCode.OK ? [.. body!["assignments"]!.AsArray().Select(a => a!)] : throw new InvalidOperationException($"{status}: {body}");
    }

    /// <summary>Says something of an attempt.</summary>
    public async Task<(HttpStatusCode Status, JsonNode? Body)> AttemptAsync(string id, int attempt, string verb, string json = "{}") =>
        await PostAsync($"/v1/processes/{id}/attempts/{attempt}/{verb}", json).ConfigureAwait(false);

    /// <summary>The state of a process.</summary>
    public async Task<string> StatusAsync(string id) => (await GetAsync($"/v1/processes/{id}").ConfigureAwait(false)).Body!["status"]!.GetValue<string>();

    /// <summary>Waits until the process is in a state, and gives it.</summary>
    public async Task<JsonNode> UntilAsync(string id, string status, double seconds = 30) =>
        (await Eventually.SeeAsync(async () => (await GetAsync($"/v1/processes/{id}").ConfigureAwait(false)).Body!, p => p["status"]?.GetValue<string>() == status, seconds).ConfigureAwait(false))!;
}
