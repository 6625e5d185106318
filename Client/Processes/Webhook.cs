namespace Muster.Client;

/// <summary>Where to tell that a process is final.</summary>
public sealed record Webhook
{
    /// <summary>The http or https address that gets the POST.</summary>
    public required string Url { get; init; }

    /// <summary>The key of the HMAC-SHA256 signature; unsigned without.</summary>
    public string? Secret { get; init; }
}
