namespace Muster.Signatures;

/// <summary>The identity of a key: what colonies, executors, users and the server itself are known by.</summary>
internal static class Identity
{
    /// <summary>Bytes of an uncompressed public key: 4, x, y.</summary>
    public const int PublicKeyBytes = 65;

    /// <summary>SHA3-256 of the public key's lower-case hex digits (of the text, not of the bytes), itself as 64 lower-case hex digits.</summary>
    /// <param name="publicKey">65 bytes, uncompressed.</param>
    public static string Of(ReadOnlySpan<byte> publicKey)
    {
        Span<char> digits = stackalloc char[2 * PublicKeyBytes];
        Span<byte> hash = stackalloc byte[Sha3.Bytes];
        Convert.TryToHexStringLower(publicKey, digits, out var written);
        Sha3.Hash(digits[..written], hash);
        return Convert.ToHexStringLower(hash);
    }
}
