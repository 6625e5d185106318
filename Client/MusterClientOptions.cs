namespace Muster.Client;

/// <summary>Where the gateway is and how patiently it is asked.</summary>
public sealed class MusterClientOptions
{
    /// <summary>The address of the gateway; default <c>http://127.0.0.1:8080</c>. A base address of the HTTP client itself goes before it.</summary>
    public Uri BaseAddress { get; set; } = new("http://127.0.0.1:8080");

    /// <summary>The namespace of every request that names none; default <c>default</c>.</summary>
    public string Namespace { get; set; } = "default";

    /// <summary>The key that is sent as <c>Authorization: Bearer</c>; null (the default) sends none, which a gateway in development mode accepts.</summary>
    public string? ApiKey { get; set; }

    /// <summary>How long one request may stay unanswered, beyond what it asks the gateway to hold it; default 30 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long sending one file may take; default 10 minutes.</summary>
    public TimeSpan TransferTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the gateway is asked to hold one long poll; default 30 s. What is waited for may take longer: the poll is repeated.</summary>
    public TimeSpan PollWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an event stream may be silent before it is opened again; default 2 minutes.</summary>
    public TimeSpan StreamSilence { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a request is repeated after 429, 502, 503, 504, a lost connection or no answer; default 8, which outlasts the restart of a gateway. 0 never repeats.</summary>
    public int Retries { get; set; } = 8;

    /// <summary>The delay before the first repetition; it doubles from one to the next, and chance takes away up to half. Default 100 ms. A <c>Retry-After</c> of the gateway that is longer is honoured.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest delay that doubling leads to; default 10 s.</summary>
    public TimeSpan RetryDelayCap { get; set; } = TimeSpan.FromSeconds(10);

    internal MusterClientOptions Copy() => (MusterClientOptions)MemberwiseClone();
}
