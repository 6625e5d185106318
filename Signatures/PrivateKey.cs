using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC.Multiplier;
using Org.BouncyCastle.Utilities;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace Muster.Signatures;

/// <summary>A private key of the Colonies dialect: what colony owners, executors and users sign with. For tools, tests and clients of our own; the gateway holds none.</summary>
/// <remarks>It is made to be right, not to keep its secret from somebody who measures how long this process takes.</remarks>
public sealed class PrivateKey
{
    private const int Scalar = 32;

    private readonly BigInteger _secret;

    private PrivateKey(BigInteger secret)
    {
        _secret = secret;
        Span<byte> publicKey = stackalloc byte[Identity.PublicKeyBytes];
        Multiple(secret).EncodeTo(compressed: false, publicKey);
        Id = Identity.Of(publicKey);
    }

    /// <summary>The identity that servers know its holder by: 64 lower-case hex digits.</summary>
    public string Id { get; }

    /// <summary>A new one, like no other.</summary>
    public static PrivateKey New()
    {
        Span<byte> bytes = stackalloc byte[Scalar];
        while (true)
        {
            RandomNumberGenerator.Fill(bytes);
            if (Of(bytes) is { } key)
            {
                return key;
            }
        }
    }

    /// <summary>Reads one.</summary>
    /// <param name="text">64 hex digits of a number from 1 to the order of the curve less one; leading zeros belong to it.</param>
    /// <exception cref="FormatException">It is none. The message does not repeat it.</exception>
    public static PrivateKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<byte> bytes = stackalloc byte[Scalar];
        return text.Length == 2 * Scalar && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done && Of(bytes) is { } key
            ? key
            : throw new FormatException("This is no private key: it is 64 hex digits without 0x, not zero, and less than the order of secp256k1.");
    }

    /// <summary>The key itself, as <see cref="Parse"/> reads it: 64 lower-case hex digits. Whoever has them is its holder.</summary>
    public string ToHex() => Convert.ToHexStringLower(BigIntegers.AsUnsignedByteArray(Scalar, _secret));

    /// <summary>Signs a payload. The same payload gets the same signature each time (RFC 6979 with SHA-256), with the smaller of the two possible s.</summary>
    /// <param name="payload">What stands in the envelope: the message in base64.</param>
    /// <returns>130 lower-case hex digits: r, s and the recovery id.</returns>
    public string Sign(string payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var hash = new byte[Sha3.Bytes];
        Sha3.Hash(payload, hash);
        var n = Secp256k1.Order;
        var chosen = new HMacDsaKCalculator(new Sha256Digest());
        chosen.Init(n, _secret, hash);
        while (true)
        {
            var k = chosen.NextK();
            var point = Multiple(k);
            var x = point.AffineXCoord.ToBigInteger();
            var r = x.Mod(n);
            var s = k.ModInverse(n).Multiply(new BigInteger(1, hash).Add(_secret.Multiply(r))).Mod(n);
            if (r.SignValue == 0 || s.SignValue == 0)
            {
                continue;
            }

            var recoveryId = (point.AffineYCoord.TestBitZero() ? 1 : 0) | (x.CompareTo(n) >= 0 ? 2 : 0);
            return s.CompareTo(n.ShiftRight(1)) > 0 ? Text(r, n.Subtract(s), recoveryId ^ 1) : Text(r, s, recoveryId);
        }
    }

    /// <summary>Says whose it is and keeps it secret.</summary>
    public override string ToString() => $"private key of {Id}";

    private static PrivateKey? Of(ReadOnlySpan<byte> bytes)
    {
        var secret = new BigInteger(1, bytes);
        return secret.SignValue > 0 && secret.CompareTo(Secp256k1.Order) < 0 ? new PrivateKey(secret) : null;
    }

    private static ECPoint Multiple(BigInteger factor) => new FixedPointCombMultiplier().Multiply(Secp256k1.Generator, factor).Normalize();

    private static string Text(BigInteger r, BigInteger s, int recoveryId)
    {
        Span<byte> signature = stackalloc byte[SignatureText.Bytes];
        BigIntegers.AsUnsignedByteArray(r, signature[..Scalar]);
        BigIntegers.AsUnsignedByteArray(s, signature[Scalar..(2 * Scalar)]);
        signature[2 * Scalar] = (byte)recoveryId;
        return Convert.ToHexStringLower(signature);
    }
}
