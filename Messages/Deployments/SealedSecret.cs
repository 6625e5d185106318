namespace Muster.Messages.Deployments;

/// <summary>A secret as it is kept and sent: encrypted.</summary>
public sealed record SealedSecret
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The id of the key that opens it.</summary>
    public required string Key { get; init; }

    /// <summary>Chosen for this encryption only, base64.</summary>
    public required string Nonce { get; init; }

    /// <summary>The encrypted value and its tag, base64.</summary>
    public required string Data { get; init; }
}
