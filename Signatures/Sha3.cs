using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Digests;

namespace Muster.Signatures;

/// <summary>SHA3-256 (FIPS 202, which is not Keccak-256) of texts.</summary>
internal static class Sha3
{
    /// <summary>Bytes of a hash.</summary>
    public const int Bytes = 32;

    // Most payloads are shorter than this.
    private const int OnStack = 1_024;

    /// <summary>Hashes the UTF-8 bytes of a text. The operating system's library does it where it can.</summary>
    /// <param name="text">Of any length.</param>
    /// <param name="hash">Takes the 32 bytes.</param>
    public static void Hash(ReadOnlySpan<char> text, Span<byte> hash) => Hash(text, hash, SHA3_256.IsSupported);

    /// <summary>As the other, with the choice of who computes.</summary>
    /// <param name="text">Of any length.</param>
    /// <param name="hash">Takes the 32 bytes.</param>
    /// <param name="system">Whether the operating system's library does it (OpenSSL 1.1.1 and Windows 11 can); else BouncyCastle, about as fast.</param>
    public static void Hash(ReadOnlySpan<char> text, Span<byte> hash, bool system)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var rented = length > OnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var bytes = rented is null ? stackalloc byte[OnStack] : rented;
        bytes = bytes[..Encoding.UTF8.GetBytes(text, bytes)];
        if (system)
        {
            SHA3_256.HashData(bytes, hash);
        }
        else
        {
            var digest = new Sha3Digest(8 * Bytes);
            digest.BlockUpdate(bytes);
            digest.DoFinal(hash);
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
