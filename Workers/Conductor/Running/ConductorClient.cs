using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Muster.Workers.Conductor.Configuration;

namespace Muster.Workers.Conductor.Running;

/// <summary>The calls of a worker to its server. Servers have one of two spellings of the same paths; which, is found out by asking.</summary>
internal sealed class ConductorClient : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http;
    private readonly WorkerHostOptions _options;

    /// <summary>Which spelling the server understood last; not yet known, it is the first that is tried.</summary>
    private volatile bool _short;

    public ConductorClient(WorkerHostOptions options)
    {
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) }) { BaseAddress = options.Api, Timeout = options.RequestTimeout };
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
    }

    /// <summary>Asks for tasks.</summary>
    /// <exception cref="ServerAwayException">No answer, or none with tasks.</exception>
    public async Task<IReadOnlyList<ConductorTask>> PollAsync(string name, WorkerSettings worker, int count, CancellationToken cancel)
    {
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"/poll/batch/{Uri.EscapeDataString(name)}?workerid={Uri.EscapeDataString(worker.WorkerId)}&count={count}&timeout={worker.PollTimeout.TotalMilliseconds:0}{(worker.Domain is null ? "" : $"&domain={Uri.EscapeDataString(worker.Domain)}")}");
        var answer = await EitherAsync(p => SendAsync(HttpMethod.Get, p + query, null, cancel), "tasks", "task").ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.NoContent)
        {
            return [];
        }

        if (!answer.IsSuccess)
        {
            throw new ServerAwayException($"the answer was {answer}");
        }

        try
        {
            return JsonSerializer.Deserialize<List<ConductorTask>>(answer.Body, ConductorJson.Options) ?? [];
        }
        catch (JsonException e)
        {
            throw new ServerAwayException($"the answer was no list of tasks: {answer}", e);
        }
    }

    /// <summary>Says what became of a task, or that it lives.</summary>
    /// <exception cref="ServerAwayException">No answer.</exception>
    public Task<ServerAnswer> UpdateAsync(byte[] result, CancellationToken cancel) => EitherAsync(p => SendAsync(HttpMethod.Post, p, result, cancel), "tasks", "task");

    /// <summary>Makes a task definition when the server has none of this name.</summary>
    /// <exception cref="ServerAwayException">No answer.</exception>
    public async Task<ServerAnswer> RegisterAsync(string name, CancellationToken cancel)
    {
        var known = await EitherAsync(p => SendAsync(HttpMethod.Get, $"{p}/{Uri.EscapeDataString(name)}", null, cancel), "metadata/taskdefs", "metadata/taskdef").ConfigureAwait(false);
        if (known is { IsSuccess: true, Body.Length: > 0 })
        {
            return known;
        }

        var definition = JsonSerializer.SerializeToUtf8Bytes(new[] { new { name, ownerEmail = "worker@example.com" } }, ConductorJson.Options);
        return await EitherAsync(p => SendAsync(HttpMethod.Post, p, definition, cancel), "metadata/taskdefs", "metadata/taskdef").ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private async Task<ServerAnswer> EitherAsync(Func<string, Task<ServerAnswer>> call, string plural, string singular)
    {
        var isShort = _short;
        var answer = await call(isShort ? singular : plural).ConfigureAwait(false);
        if (answer.Status is not (HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed))
        {
            return answer;
        }

        var other = await call(isShort ? plural : singular).ConfigureAwait(false);
        if (!other.IsSuccess)
        {
            return answer;
        }

        _short = !isShort;
        return other;
    }

    private async Task<ServerAnswer> SendAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : new ByteArrayContent(body) { Headers = { ContentType = Json } } };
            using var response = await _http.SendAsync(request, cancel).ConfigureAwait(false);
            return new ServerAnswer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new ServerAwayException($"no answer within {_options.RequestTimeout.TotalSeconds:0.###} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            throw new ServerAwayException(e.InnerException is SocketException socket ? socket.Message : e.Message, e);
        }
    }
}
