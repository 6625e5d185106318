namespace Muster.Gateway;

/// <summary>Settings of the gateway.</summary>
public sealed record GatewayOptions
{
    /// <summary>Names, besides those of loopback, under which it may be called; the bound ones.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Whether a key is needed even while there is none, because it can be reached from other machines; default false.</summary>
    public bool KeysRequired { get; init; }

    /// <summary>The largest request body, in bytes; default 32 MiB. Files have a bound of their own.</summary>
    public long MaxBody { get; init; } = 32 << 20;

    /// <summary>The Colonies dialect.</summary>
    public Colonies.ColoniesOptions Colonies { get; init; } = new();

    /// <summary>How often a webhook is tried before it is given up; default 10, over about 15 minutes.</summary>
    public int WebhookAttempts { get; init; } = 10;
}
