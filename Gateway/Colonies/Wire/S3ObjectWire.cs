namespace Muster.Gateway.Colonies.Wire;

/// <summary>An object in a store that speaks S3.</summary>
internal sealed record S3ObjectWire
{
    public string Server { get; init; } = "";

    public int Port { get; init; }

    public bool Tls { get; init; }

    public string AccessKey { get; init; } = "";

    public string SecretKey { get; init; } = "";

    public string Region { get; init; } = "";

    public string EncryptionKey { get; init; } = "";

    public string EncryptionAlg { get; init; } = "";

    public string Object { get; init; } = "";

    public string Bucket { get; init; } = "";
}
