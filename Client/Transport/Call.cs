namespace Muster.Client.Transport;

/// <summary>One request, in a form that can be sent more than once.</summary>
/// <param name="Method">The verb.</param>
/// <param name="Path">Path and query, without a leading slash.</param>
internal sealed record Call(HttpMethod Method, string Path)
{
    /// <summary>Makes the body anew for each sending.</summary>
    public Func<HttpContent>? Content { get; init; }

    /// <summary>What this call may take beyond the usual time: how long the gateway is asked to hold it.</summary>
    public TimeSpan Hold { get; init; }

    /// <summary>Replaces the usual time-out.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether it may be sent again when nobody knows if the gateway acted on it.</summary>
    public bool Repeatable { get; init; } = true;

    /// <summary>Whether it is never sent again, because its body is gone.</summary>
    public bool Once { get; init; }

    /// <summary>The last event that was seen, for a stream that goes on.</summary>
    public string? LastEventId { get; init; }

    /// <summary>The media type that is asked for.</summary>
    public string Accept { get; init; } = "application/json";

    public override string ToString() => $"{Method} /{Path.Split('?')[0]}";
}
