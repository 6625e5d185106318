using System.Globalization;
using System.Net;
using Muster.Workers.Shared;

namespace Muster.Workers.SensorBucket;

/// <summary>How a connector works, as the variables of its environment say it.</summary>
internal sealed record ConnectorSettings
{
    private const int MostRetries = 1_000;

    /// <summary><c>AMQP_HOST</c>: the address of the broker, <c>amqp://user:password@host:port/vhost</c>. Required.</summary>
    public required Uri Broker { get; init; }

    /// <summary><c>QUEUE_NAME</c>: the queue of the worker; a durable quorum queue, made when it is not there. Required.</summary>
    public required string Queue { get; init; }

    /// <summary><c>TOPIC</c>: with which key the queue is bound; what the function and error documents are told as the worker's name. Required.</summary>
    public required string Topic { get; init; }

    /// <summary><c>EXCHANGE</c>: the exchange of pipeline messages; a durable topic exchange, made when it is not there. Required.</summary>
    public required string Exchange { get; init; }

    /// <summary><c>HTTP_ENDPOINT</c>: the address of the function. Required, unless the connector starts the function itself.</summary>
    public required Uri? Endpoint { get; init; }

    /// <summary><c>MAX_RETRIES</c>: how often a message is tried again before it goes to the error topic. Default 3.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary><c>HTTP_TIMEOUT</c>: how long one answer of the function may take. Seconds, or with a unit: 500ms, 120s, 2m. Default 120 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary><c>AMQP_PREFETCH</c>: how many messages are in work at once. Default 100; 1 keeps their order.</summary>
    public int Prefetch { get; init; } = 100;

    /// <summary><c>METRICS_ADDR</c>: where <c>/metrics</c> is served, <c>[HOST]:PORT</c>; empty for nowhere. Default <c>:2112</c>.</summary>
    public string Metrics { get; init; } = ":2112";

    /// <summary><c>ERROR_TOPIC</c>: with which key error documents are published. Default <c>errors</c>.</summary>
    public string ErrorTopic { get; init; } = "errors";

    /// <summary>Reads the environment.</summary>
    /// <param name="variable">Gives a variable; null when it is not set.</param>
    /// <param name="ownFunction">Whether the connector starts the function itself.</param>
    /// <exception cref="WorkerException">Something is missing or cannot be; all that is missing is named at once.</exception>
    public static ConnectorSettings Read(Func<string, string?> variable, bool ownFunction)
    {
        string[] required = ["AMQP_HOST", "QUEUE_NAME", "TOPIC", "EXCHANGE", ownFunction ? "ENDPOINT_DEVICES" : "HTTP_ENDPOINT"];
        var missing = required.Where(name => string.IsNullOrEmpty(variable(name))).ToList();
        if (missing.Count > 0)
        {
            var why = missing.Contains("ENDPOINT_DEVICES") ? " ENDPOINT_DEVICES is the address of the devices API: user code that looks for devices asks there." : "";
            throw new WorkerException($"Not set: {string.Join(", ", missing)}. Set {(missing.Count == 1 ? "it" : "them")} in the environment of the worker.{why}");
        }

        var standard = new ConnectorSettings { Broker = AddressOf("AMQP_HOST", variable, "amqp", "amqps"), Queue = variable("QUEUE_NAME")!, Topic = variable("TOPIC")!, Exchange = variable("EXCHANGE")!, Endpoint = null };
        return standard with
        {
            Endpoint = ownFunction ? null : AddressOf("HTTP_ENDPOINT", variable, "http", "https"),
            MaxRetries = NumberOf("MAX_RETRIES", variable, standard.MaxRetries, 0, MostRetries),
            Prefetch = NumberOf("AMQP_PREFETCH", variable, standard.Prefetch, 1, ushort.MaxValue),
            Timeout = TimeOf("HTTP_TIMEOUT", variable, standard.Timeout),
            Metrics = MetricsOf(variable("METRICS_ADDR") ?? standard.Metrics),
            ErrorTopic = variable("ERROR_TOPIC") is { Length: > 0 } topic ? topic : standard.ErrorTopic,
        };
    }

    private static Uri AddressOf(string name, Func<string, string?> variable, params string[] schemes) =>
        Uri.TryCreate(variable(name), UriKind.Absolute, out var address) && schemes.Contains(address.Scheme)
            ? address
            : throw new WorkerException($"{name} is no address that begins with {string.Join(":// or ", schemes)}://.");

    private static int NumberOf(string name, Func<string, string?> variable, int standard, int least, int most) => variable(name) switch
    {
        null or "" => standard,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most => number,
        var text => throw new WorkerException($"{name} is '{text}' and must be a whole number from {least} to {most}."),
    };

    private static TimeSpan TimeOf(string name, Func<string, string?> variable, TimeSpan standard)
    {
        if (variable(name) is not { Length: > 0 } text)
        {
            return standard;
        }

        var (digits, unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], TimeSpan.FromMilliseconds(1)),
            _ when text.EndsWith('s') => (text[..^1], TimeSpan.FromSeconds(1)),
            _ when text.EndsWith('m') => (text[..^1], TimeSpan.FromMinutes(1)),
            _ => (text, TimeSpan.FromSeconds(1)),
        };
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0 && number < int.MaxValue && number * unit < TimeSpan.FromDays(1)
            ? number * unit
            : throw new WorkerException($"{name} is '{text}' and must be a time above 0 and below a day, like 120, 500ms, 120s or 2m.");
    }

    private static string MetricsOf(string text)
    {
        var colon = text.LastIndexOf(':');
        return text.Length == 0 || (colon >= 0 && ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _) && (colon == 0 || IPAddress.TryParse(text[..colon], out _) || text[..colon] == "localhost"))
            ? text
            : throw new WorkerException($"METRICS_ADDR is '{text}' and must be [ADDRESS]:PORT, or empty for no metrics.");
    }
}
