using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Utilities;

namespace Muster.Signatures;

/// <summary>Signatures computed by BouncyCastle: needs nothing from the operating system, and takes about four times as long as <see cref="NativeSignatures"/>.</summary>
internal sealed class ManagedSignatures : Recovery
{
    private const int Scalar = 32;

    /// <inheritdoc/>
    public override string Name => "BouncyCastle";

    /// <inheritdoc/>
    protected override bool TryRecoverKey(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, Span<byte> publicKey)
    {
        var n = Secp256k1.Order;
        var r = new BigInteger(1, signature[..Scalar]);
        var s = new BigInteger(1, signature[Scalar..(2 * Scalar)]);
        var recoveryId = signature[2 * Scalar];
        if (PointAt((recoveryId & 2) == 0 ? r : r.Add(n), odd: (recoveryId & 1) != 0) is not { } point)
        {
            return false;
        }

        // Q = (s R - e G) / r. Two multiples are added up in one pass, which takes little longer than one of them.
        var inverse = BigIntegers.ModOddInverseVar(n, r);
        var ofGenerator = new BigInteger(1, hash).Multiply(inverse).Negate().Mod(n);
        var ofPoint = s.Multiply(inverse).Mod(n);
        var key = ECAlgorithms.SumOfTwoMultiplies(Secp256k1.Generator, ofGenerator, point, ofPoint).Normalize();
        if (key.IsInfinity)
        {
            return false;
        }

        key.EncodeTo(compressed: false, publicKey);
        return true;
    }

    /// <summary>The point with this x; null when the curve has none. Half of all numbers are no x of a point, so that this is no exception.</summary>
    private static ECPoint? PointAt(BigInteger x, bool odd)
    {
        if (x.CompareTo(Secp256k1.Prime) >= 0)
        {
            return null;
        }

        var at = Secp256k1.Curve.FromBigInteger(x);
        if (at.Square().Multiply(at).Add(Secp256k1.Curve.B).Sqrt() is not { } y)
        {
            return null;
        }

        return Secp256k1.Curve.CreatePoint(x, (y.TestBitZero() == odd ? y : y.Negate()).ToBigInteger());
    }
}
