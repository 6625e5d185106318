namespace Muster.Messages.Processes;

/// <summary>Where to tell that the process is final.</summary>
public sealed record Webhook
{
    /// <summary>The http or https address that gets the POST.</summary>
    public required string Url { get; init; }

    /// <summary>The key of the HMAC-SHA256 signature in the header <c>Muster-Signature</c>; unsigned without.</summary>
    public string? Secret { get; init; }
}
