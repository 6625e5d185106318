using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Cli.Http;

/// <summary>The gateway as the tool sees it: JSON in, JSON out, and every refusal in one line with what to do.</summary>
internal sealed class Gateway : IDisposable
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;

    public Gateway(Target target, string? key)
    {
        Target = target;
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = ConnectLimit, UseProxy = !target.Address.IsLoopback }) { BaseAddress = target.Address, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = key is { Length: > 0 } ? new AuthenticationHeaderValue("Bearer", key) : null;
    }

    /// <summary>Which gateway it is.</summary>
    public Target Target { get; }

    /// <summary>Asks.</summary>
    /// <exception cref="CliException">It was refused, or nobody is there.</exception>
    public Task<JsonNode?> GetAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, cancel);

    /// <summary>Sends a body.</summary>
    /// <exception cref="CliException">It was refused, or nobody is there.</exception>
    public Task<JsonNode?> PostAsync(string path, JsonNode? body, CancellationToken cancel) => SendAsync(HttpMethod.Post, path, body, cancel);

    /// <summary>Sends.</summary>
    /// <exception cref="CliException">It was refused, or nobody is there.</exception>
    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancel, string mediaType = "application/json")
    {
        using var content = body is null ? null : new StringContent(Json.Line(body), Encoding.UTF8, mediaType);
        return await SendAsync(method, path, content, cancel).ConfigureAwait(false);
    }

    /// <summary>Sends text as it is.</summary>
    /// <exception cref="CliException">It was refused, or nobody is there.</exception>
    public async Task<JsonNode?> SendTextAsync(HttpMethod method, string path, string text, string mediaType, CancellationToken cancel)
    {
        using var content = new StringContent(text, Encoding.UTF8, mediaType);
        return await SendAsync(method, path, content, cancel).ConfigureAwait(false);
    }

    /// <summary>What stands at a path, whatever it is, with its status and the time of the gateway.</summary>
    /// <exception cref="CliException">Nobody is there.</exception>
    public async Task<(HttpStatusCode Status, string Text, DateTimeOffset? At)> LookAsync(string path, CancellationToken cancel)
    {
        using var response = await OpenAsync(HttpMethod.Get, path, null, "*/*", cancel).ConfigureAwait(false);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false), response.Headers.Date);
    }

    /// <summary>Follows server-sent events until they end.</summary>
    /// <exception cref="CliException">It was refused, or nobody is there.</exception>
    public async IAsyncEnumerable<JsonNode> StreamAsync(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var response = await OpenAsync(HttpMethod.Get, path, null, "text/event-stream", cancel).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw Refusal(response, await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false));
        }

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false));
        while (await LineAsync(reader, cancel).ConfigureAwait(false) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal) && JsonNode.Parse(line[6..]) is { } data)
            {
                yield return data;
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<string?> LineAsync(StreamReader reader, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadLineAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new CliException(ExitCode.NoGateway, $"The gateway at {Target.Name} ended the stream: {Reason(e)}");
        }
    }

    private async Task<JsonNode?> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        using var response = await OpenAsync(method, path, content, "application/json", cancel).ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw Refusal(response, text);
        }

        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            throw Stranger();
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, HttpContent? content, string accept, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(path.TrimStart('/'), UriKind.Relative)) { Content = content };
        request.Headers.Accept.ParseAdd(accept);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw Unreached(e);
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CliException(ExitCode.NoGateway, $"The gateway at {Target.Name} does not answer. Check the address and the network, or give another: muster HOST:PORT ..., MUSTER_URL.");
        }
    }

    private CliException Unreached(HttpRequestException e)
    {
        if (e.InnerException is AuthenticationException)
        {
            return new CliException(ExitCode.NoGateway, $"The certificate of {Target.Name} is not trusted. Use the name that it is made for, and name the file of its authority in SSL_CERT_FILE.");
        }

        return e.HttpRequestError == HttpRequestError.NameResolutionError
            ? new CliException(ExitCode.NoGateway, $"There is no machine '{Target.Address.Host}'. Check the name: muster HOST:PORT ..., MUSTER_URL.")
            : new CliException(ExitCode.NoGateway, $"No gateway answers at {Target.Name} ({Reason(e)}). Start one with 'muster up', or give its address: muster HOST:PORT ..., MUSTER_URL.");
    }

    private CliException Refusal(HttpResponseMessage response, string text)
    {
        var problem = text.StartsWith('{') ? Parsed(text) : null;
        var detail = problem.Text("detail");
        var field = problem.Text("field");
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => new CliException(ExitCode.NoGateway, $"{(detail.Length > 0 ? detail : $"{Target.Name} wants to know who you are.")} Set MUSTER_KEY to a key; 'muster keys create' makes one.".Replace(" Send it as 'Authorization: Bearer muster_...'.", "", StringComparison.Ordinal)),
            HttpStatusCode.Forbidden => new CliException(ExitCode.NoGateway, $"{(detail.Length > 0 ? detail : $"{Target.Name} does not allow that.")} MUSTER_KEY has to be a key that may do it."),
            HttpStatusCode.NotFound when detail.StartsWith("There is nothing at /v1/", StringComparison.Ordinal) && detail.EndsWith("/openapi/v1.json.", StringComparison.Ordinal) =>
                new CliException(ExitCode.NoGateway, $"The gateway at {Target.Name} does not know this call: it is of another version. 'muster version' shows both; use the tool of its version."),
            _ when problem is null || detail.Length == 0 => Stranger(),
            HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType => new CliException(ExitCode.Usage, field.Length > 0 && !detail.Contains(field, StringComparison.Ordinal) ? $"{field}: {detail}" : detail),
            HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => new CliException(ExitCode.NoGateway, $"The gateway at {Target.Name} cannot answer now: {detail} Try again in some seconds."),
            _ => new CliException(ExitCode.Failed, detail),
        };
    }

    private CliException Stranger() => new(ExitCode.NoGateway, $"What answers at {Target.Name} is no Muster gateway. Check the address: muster HOST:PORT ..., MUSTER_URL.");

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Reason(Exception e) => (e.InnerException ?? e).Message.Split('\n')[0].TrimEnd('.');
}
