namespace Muster.Gateway.Colonies.Wire;

/// <summary>Where the bytes of a file are, and how its readers get there.</summary>
internal sealed record FileReferenceWire
{
    public string Protocol { get; init; } = "";

    public S3ObjectWire? S3Object { get; init; }
}
