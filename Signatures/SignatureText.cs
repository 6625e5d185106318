using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Muster.Signatures;

/// <summary>A signature as it stands in an envelope: 130 hex digits of r (32 bytes), s (32 bytes) and the recovery id (1 byte).</summary>
public static class SignatureText
{
    /// <summary>Bytes of a signature.</summary>
    public const int Bytes = 65;

    private const int Scalar = 32;
    private const byte HighestRecoveryId = 3;

    // The order n of the group, and n / 2: for every signature with a greater s there is one with a smaller s that says the same.
    private static ReadOnlySpan<byte> Order =>
    [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
        0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
    ];

    private static ReadOnlySpan<byte> HalfOrder =>
    [
        0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
    ];

    /// <summary>Reads and checks one; upper-case digits are digits too.</summary>
    /// <param name="text">What a client sent.</param>
    /// <param name="signature">Takes the 65 bytes; what is in it after a refusal means nothing.</param>
    /// <returns>False when it has another length or other characters, r or s is not in 1..n-1, s is above n/2, or the recovery id is above 3 (27 and 28 are another system's).</returns>
    public static bool TryRead(ReadOnlySpan<char> text, Span<byte> signature)
    {
        if (text.Length != 2 * Bytes || Convert.FromHexString(text, signature, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        ReadOnlySpan<byte> r = signature[..Scalar], s = signature[Scalar..(2 * Scalar)];
        return signature[2 * Scalar] <= HighestRecoveryId
            && r.ContainsAnyExcept((byte)0) && r.SequenceCompareTo(Order) < 0
            && s.ContainsAnyExcept((byte)0) && s.SequenceCompareTo(HalfOrder) <= 0;
    }

    /// <summary>What one may remember a signature by: the same however its digits are written.</summary>
    /// <param name="text">A signature that was accepted.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static UInt128 KeyOf(ReadOnlySpan<char> text)
    {
        Span<byte> signature = stackalloc byte[Bytes];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!TryRead(text, signature))
        {
            throw new ArgumentException("This is no signature: check it with ISignatures.TryRecoverId before.", nameof(text));
        }

        // A recovery id that was changed names somebody else, so it is no part of what was said.
        SHA256.HashData(signature[..(2 * Scalar)], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
