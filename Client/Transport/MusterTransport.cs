using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Muster.Client.Transport;

/// <summary>Sends calls, repeats those that may be repeated, and turns refusals into exceptions.</summary>
internal sealed class MusterTransport
{
    private static readonly ProductInfoHeaderValue Agent = new(
        "muster-dotnet", typeof(MusterTransport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0");

    private readonly HttpClient _http;
    private readonly Uri _base;
    private readonly AuthenticationHeaderValue? _key;

    public MusterTransport(HttpClient http, MusterClientOptions options, TimeProvider clock)
    {
        _http = http;
        Options = options;
        Clock = clock;
        var address = http.BaseAddress ?? options.BaseAddress;
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"The base address '{address}' is not an absolute http or https address.", nameof(options));
        }

        // Without the slash the last segment of a prefix would be replaced instead of kept.
        _base = address.AbsolutePath.EndsWith('/') ? address : new Uri(address.GetLeftPart(UriPartial.Path) + "/");
        _key = options.ApiKey is { Length: > 0 } key ? new AuthenticationHeaderValue("Bearer", key) : null;
    }

    public MusterClientOptions Options { get; }

    public TimeProvider Clock { get; }

    public static Func<HttpContent> Json<T>(T value, JsonTypeInfo<T> type) => Json(JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static Func<HttpContent> Json(ReadOnlyMemory<byte> bytes) => () =>
    {
        var content = new ReadOnlyMemoryContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    };

    /// <summary>Asks, again and again where that may help, and reads the answer.</summary>
    public Task<T> AskAsync<T>(Call call, JsonTypeInfo<T> type, CancellationToken cancel) => RepeatAsync(call, (c, token) => AskOnceAsync(c, type, token), cancel);

    /// <summary>Asks, again and again where that may help, for an answer without a body that matters.</summary>
    public Task TellAsync(Call call, CancellationToken cancel) => RepeatAsync(
        call, (c, token) => OnceAsync(c, static (_, _) => Task.FromResult(true), token), cancel);

    /// <summary>Opens a body that is read as it comes; the caller disposes the answer.</summary>
    public Task<HttpResponseMessage> OpenAsync(Call call, CancellationToken cancel) => RepeatAsync(call, OpenOnceAsync, cancel);

    /// <summary>Asks one time.</summary>
    public Task<T> AskOnceAsync<T>(Call call, JsonTypeInfo<T> type, CancellationToken cancel) => OnceAsync(
        call,
        async (response, token) => await response.Content.ReadFromJsonAsync(type, token) ?? throw new MusterException($"{call} was answered with nothing."),
        cancel);

    /// <summary>Opens a body one time.</summary>
    public Task<HttpResponseMessage> OpenOnceAsync(Call call, CancellationToken cancel) => SendAsync(
        call, static (response, _) => Task.FromResult(response), keep: true, cancel);

    private Task<T> OnceAsync<T>(Call call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancel) => SendAsync(call, read, keep: false, cancel);

    private async Task<T> RepeatAsync<T>(Call call, Func<Call, CancellationToken, Task<T>> once, CancellationToken cancel)
    {
        var backoff = new Backoff(Options.RetryDelay, Options.RetryDelayCap);
        for (var retries = Options.Retries; ; retries--)
        {
            TimeSpan delay;
            try
            {
                return await once(call, cancel);
            }
            catch (MusterUnavailableException refused) when (retries > 0 && !call.Once && (call.Repeatable || refused.Untouched) && refused.Status != HttpStatusCode.InsufficientStorage)
            {
                delay = backoff.Next(refused.RetryAfter);
            }

            await Task.Delay(delay, Clock, cancel);
        }
    }

    private async Task<T> SendAsync<T>(Call call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, bool keep, CancellationToken cancel)
    {
        var limit = (call.Timeout ?? Options.RequestTimeout) + call.Hold;
        using var late = new CancellationTokenSource(limit, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        using var request = Request(call);
        HttpResponseMessage? response = null;
        var kept = false;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw MusterException.Of(response.StatusCode, await ProblemAsync(response, either.Token), call.ToString(), RetryAfter(response));
            }

            var answer = await read(response, either.Token);
            kept = keep;
            return answer;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new MusterUnavailableException($"{call} was not answered within {limit.TotalSeconds:0.#} s.");
        }
        catch (HttpRequestException lost)
        {
            throw new MusterUnavailableException($"{call} could not be asked at {_base}: {lost.Message}", lost)
            {
                Untouched = lost.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
            };
        }
        catch (SocketException lost)
        {
            // A gateway that dies just while the connection is made: the HTTP client lets the error of the socket through as it is.
            throw new MusterUnavailableException($"{call} could not be asked at {_base}: {lost.Message}", lost);
        }
        catch (IOException lost)
        {
            throw new MusterUnavailableException($"The answer to {call} was cut off: {lost.Message}", lost);
        }
        catch (JsonException wrong)
        {
            throw new MusterException($"The answer to {call} is not what the contract says: {wrong.Message}", wrong);
        }
        finally
        {
            if (!kept)
            {
                response?.Dispose();
            }
        }
    }

    private HttpRequestMessage Request(Call call)
    {
        var request = new HttpRequestMessage(call.Method, new Uri(_base, call.Path)) { Content = call.Content?.Invoke() };
        request.Headers.UserAgent.Add(Agent);
        request.Headers.Accept.ParseAdd(call.Accept);
        request.Headers.Authorization = _key;
        if (call.LastEventId is { Length: > 0 } last)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        }

        return request;
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - Clock.GetUtcNow(),
        _ => null,
    };

    private static async Task<MusterProblem?> ProblemAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
        {
            return null;
        }

        try
        {
            return await response.Content.ReadFromJsonAsync(WireJson.Default.MusterProblem, cancel);
        }
        catch (JsonException)
        {
            // A proxy in between may answer in its own words; the status says enough.
            return null;
        }
    }
}
