namespace Muster.Gateway.Colonies;

/// <summary>Settings of the Colonies dialect.</summary>
public sealed record ColoniesOptions
{
    /// <summary>The id of the server owner, 64 hex digits; null switches the dialect off.</summary>
    public string? ServerId { get; init; }

    /// <summary>A port of its own, besides the address of the gateway, where nothing but this dialect answers; null for none.</summary>
    public int? Port { get; init; }

    /// <summary>The port of the gateway: what clients are told of the server when the dialect has none of its own; 0 when it is not known.</summary>
    public int GatewayPort { get; init; }

    /// <summary>Colonies that exist from the start: name and owner's id. One that exists keeps its owner.</summary>
    public IReadOnlyDictionary<string, string> Colonies { get; init; } = new Dictionary<string, string>();

    /// <summary>The port that clients are told.</summary>
    internal int ToldPort => Port ?? GatewayPort;

    /// <summary>Whether an executor may be added under a name that is taken: the old one is removed then; default no.</summary>
    public bool AllowReregister { get; init; }

    /// <summary>After how long without a sign of life an executor that holds nothing is unregistered; default 10 minutes, zero for never.</summary>
    public TimeSpan StaleExecutor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether messages of clients from before colonies had names are understood; default yes.</summary>
    public bool OldClients { get; init; } = true;

    /// <summary>Whether the change of an identity is refused when the very same message was carried out in the last 5 minutes; default yes. Other messages may be said twice.</summary>
    public bool RefuseReplays { get; init; } = true;
}
