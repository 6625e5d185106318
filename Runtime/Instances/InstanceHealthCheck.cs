using System.Collections.Immutable;

namespace Muster.Runtime.Instances;

/// <summary>How the health of an instance is looked at, beside that it runs and, with a socket to the node, that it answers there. At most one of address and command is given.</summary>
public sealed record InstanceHealthCheck
{
    /// <summary>An address that answers with a status below 400.</summary>
    public Uri? Http { get; init; }

    /// <summary>A port that takes a connection, written <c>HOST:PORT</c>.</summary>
    public string? Tcp { get; init; }

    /// <summary>A command, run in the folder of the instance with its environment but without its secrets, that ends with 0.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>The time between two looks; default 5 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer may take; default 2 s.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many looks in a row fail before it is unhealthy; default 3.</summary>
    public int Failures { get; init; } = 3;

    /// <summary>How long it has to run before it counts as healthy, when nothing else is looked at; default 1 s.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(1);

    internal bool IsNone => Http is null && Tcp is null && Command.IsDefaultOrEmpty;

    internal IEnumerable<string> Problems()
    {
        if (new[] { Http is not null, Tcp is not null, !Command.IsDefaultOrEmpty }.Count(given => given) > 1)
        {
            yield return "health: at most one of http, tcp and command can be given.";
        }

        if (Http is { } http && (!http.IsAbsoluteUri || http.Scheme is not ("http" or "https")))
        {
            yield return $"health.http: '{http}' is not an http or https address.";
        }

        if (Tcp is not null && Address() is null)
        {
            yield return $"health.tcp: '{Tcp}' is not HOST:PORT.";
        }

        if (Every <= TimeSpan.Zero || Within <= TimeSpan.Zero || Failures < 1 || After < TimeSpan.Zero)
        {
            yield return "health: every and within are longer than zero, failures is at least 1.";
        }
    }

    /// <summary>Where <see cref="Tcp"/> leads; null when it leads nowhere.</summary>
    internal (string Host, int Port)? Address()
    {
        var colon = Tcp?.LastIndexOf(':') ?? -1;
        return colon > 0 && int.TryParse(Tcp.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65_536
            ? (Tcp![..colon].Trim('[', ']'), port)
            : null;
    }
}
