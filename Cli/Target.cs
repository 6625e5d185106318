namespace Muster.Cli;

/// <summary>Which gateway is asked.</summary>
/// <param name="Address">Its address.</param>
internal sealed record Target(Uri Address)
{
    private const string Standard = "127.0.0.1:8080";

    private const int StandardPort = 8080;

    /// <summary>As people write it: HOST:PORT, or the address when it is not plain HTTP.</summary>
    public string Name => Address is { Scheme: "http", AbsolutePath: "/" } ? Address.Authority : Address.ToString().TrimEnd('/');

    /// <summary>The gateway of the environment, MUSTER_URL; else the one on this machine.</summary>
    /// <exception cref="CliException">The variable is no address.</exception>
    public static Target OfEnvironment() => Environment.GetEnvironmentVariable("MUSTER_URL") is { Length: > 0 } url
        ? Parse(url) ?? throw new CliException(ExitCode.Usage, $"MUSTER_URL '{url}' is no address. Set it to HOST:PORT or https://HOST.")
        : Parse(Standard)!;

    /// <summary>Reads HOST:PORT, or an address with its scheme; null when it is neither.</summary>
    public static Target? Parse(string text)
    {
        if (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return Uri.TryCreate(text.EndsWith('/') ? text : $"{text}/", UriKind.Absolute, out var url) ? new Target(url) : null;
        }

        var colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out var port) && port > 0 && Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var plain) && plain.Port == port
            ? new Target(plain)
            : text == "localhost" ? new Target(new Uri($"http://localhost:{StandardPort}/")) : null;
    }
}
