using System.Net;
using System.Net.Http.Headers;

namespace Muster.Workers.SensorBucket;

/// <summary>Asks a function.</summary>
/// <param name="settings">Who asks, and how long.</param>
/// <param name="address">Where the function is; null while it is nowhere.</param>
internal sealed class FunctionClient(ConnectorSettings settings, Func<Uri?> address) : IDisposable
{
    /// <summary>The header that names the worker in a request and the next step in an answer.</summary>
    public const string TopicHeader = "X-AMQP-Topic";

    /// <summary>So much of an answer that is no result is told.</summary>
    private const int Told = 500;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        MaxConnectionsPerServer = settings.Prefetch,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    { Timeout = settings.Timeout };

    /// <summary>Sends a message as it is, and says what came of it.</summary>
    public async Task<FunctionAnswer> AskAsync(byte[] body, CancellationToken stop)
    {
        if (address() is not { } where)
        {
            return new FunctionAnswer.Absent("the function is not started yet");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, where) { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation(TopicHeader, settings.Topic);
        try
        {
            using var response = await _http.SendAsync(request, stop).ConfigureAwait(false);
            var answer = await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
            return Judge(response.StatusCode, TopicOf(response.Headers), answer);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return new FunctionAnswer.Absent($"{where} cannot be reached: {e.Message}");
        }
        catch (HttpRequestException e)
        {
            return new FunctionAnswer.Failure($"{where} gave no answer: {e.Message}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new FunctionAnswer.Failure($"{where} gave no answer within {settings.Timeout.TotalSeconds} s");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static FunctionAnswer Judge(HttpStatusCode status, string? topic, byte[] body)
    {
        var number = (int)status;
        return number switch
        {
            >= 200 and < 300 when topic is not null => new FunctionAnswer.Result(topic, body),
            >= 200 and < 300 => new FunctionAnswer.Failure($"the function answered {number} without the header {TopicHeader}: {Excerpt(body)}"),
            (int)HttpStatusCode.RequestTimeout or (int)HttpStatusCode.TooManyRequests => new FunctionAnswer.Failure($"the function answered {number}: {Excerpt(body)}"),
            >= 400 and < 500 => new FunctionAnswer.Refusal($"the function answered {number}: {Excerpt(body)}"),
            _ => new FunctionAnswer.Failure($"the function answered {number}: {Excerpt(body)}"),
        };
    }

    private static string? TopicOf(HttpResponseHeaders headers) =>
        headers.TryGetValues(TopicHeader, out var values) && values.FirstOrDefault() is { Length: > 0 } topic ? topic : null;

    private static string Excerpt(byte[] body) =>
        body.Length == 0 ? "(no text)" : System.Text.Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, Told)).ReplaceLineEndings(" ");
}
