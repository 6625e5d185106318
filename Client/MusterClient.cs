using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Muster.Client.Transport;

namespace Muster.Client;

/// <summary>Speaks with a Muster cluster through its gateway: submits processes, waits for them, looks at them and controls them.</summary>
/// <remarks>
/// <para>One client serves a whole program; it is safe to use from many threads.</para>
/// <para>What a lost connection, 429, 502, 503 or 504 interrupts is sent again (see <see cref="MusterClientOptions.Retries"/>); a submit that was sent twice is still one process.
/// Every method throws <see cref="MusterNotFoundException"/> for 404, <see cref="MusterConflictException"/> for 409, <see cref="MusterUnavailableException"/> when trying again
/// did not help, and <see cref="MusterException"/> for any other refusal.</para>
/// </remarks>
public sealed partial class MusterClient
{
    private readonly MusterTransport _transport;

    /// <summary>A client on an HTTP client of yours, which stays yours to dispose.</summary>
    /// <param name="http">Sends the requests. Its time-out, if it has one, also ends long polls: set it to infinite.</param>
    /// <param name="options">Where the gateway is; the defaults when null.</param>
    /// <param name="clock">The time; the system's when null.</param>
    /// <exception cref="ArgumentException">The base address is not an absolute http or https address.</exception>
    public MusterClient(HttpClient http, MusterClientOptions? options = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        var settings = options?.Copy() ?? new MusterClientOptions();
        _transport = new MusterTransport(http, settings, clock ?? TimeProvider.System);
        Namespace = settings.Namespace;
    }

    private MusterClient(MusterTransport transport, string nameSpace)
    {
        _transport = transport;
        Namespace = nameSpace;
    }

    /// <summary>The namespace that this client works in.</summary>
    public string Namespace { get; }

    internal MusterTransport Transport => _transport;

    /// <summary>The same client in another namespace.</summary>
    /// <param name="nameSpace">The namespace.</param>
    public MusterClient InNamespace(string nameSpace)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameSpace);
        return new MusterClient(_transport, nameSpace);
    }

    private Route At(params ReadOnlySpan<string> segments) => new Route(segments).With("namespace", Namespace);

    private Task<T> GetAsync<T>(Route route, JsonTypeInfo<T> type, CancellationToken cancel) =>
        _transport.AskAsync(new Call(HttpMethod.Get, route.ToString()), type, cancel);

    private Task<TOut> PostAsync<TIn, TOut>(Route route, TIn body, JsonTypeInfo<TIn> bodyType, JsonTypeInfo<TOut> type, CancellationToken cancel, bool repeatable = true) =>
        _transport.AskAsync(
            new Call(HttpMethod.Post, route.ToString()) { Content = MusterTransport.Json(body, bodyType), Repeatable = repeatable }, type, cancel);

    private static JsonSerializerOptions Or(JsonSerializerOptions? json) => json ?? JsonSerializerOptions.Web;
}
