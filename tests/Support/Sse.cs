using System.Text.Json.Nodes;

namespace Muster.Tests.Support;

/// <summary>A stream of server-sent events, read one by one.</summary>
public sealed class Sse : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private Sse(HttpResponseMessage response, StreamReader reader)
    {
        _response = response;
        _reader = reader;
    }

    /// <summary>Opens a stream.</summary>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    public static async Task<Sse> OpenAsync(Api api, string path, string? lastEventId = null)
    {
        ArgumentNullException.ThrowIfNull(api);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            using (response)
            {
                throw new InvalidOperationException($"{response.StatusCode}: {await response.Content.ReadAsStringAsync().ConfigureAwait(false)}");
            }
        }

        return new Sse(response, new StreamReader(await response.Content.ReadAsStreamAsync().ConfigureAwait(false)));
    }

    /// <summary>The next event; null when the stream has ended. Comments are skipped.</summary>
    /// <exception cref="OperationCanceledException">None came within 30 s (MUSTER_TEST_SLOW lengthens it).</exception>
    public async Task<(string? Id, string Name, JsonNode Data)?> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30 * Eventually.Slow));
        string? id = null;
        string? name = null;
        string? data = null;
        while (await _reader.ReadLineAsync(limit.Token).ConfigureAwait(false) is { } line)
        {
            if (line.Length == 0 && data is not null)
            {
                return (id, name ?? "message", JsonNode.Parse(data)!);
            }

            var (field, value) = line.Split(": ", 2) is [var f, var v] ? (f, v) : ("", "");
            id = field == "id" ? value : id;
            name = field == "event" ? value : name;
            data = field == "data" ? value : data;
        }

        return null;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
