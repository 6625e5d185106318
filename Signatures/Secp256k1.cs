using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace Muster.Signatures;

/// <summary>The curve of all keys, in BouncyCastle's implementation that is made for it: the general one takes several times as long.</summary>
internal static class Secp256k1
{
    private static readonly X9ECParameters Parameters = CustomNamedCurves.GetByName("secp256k1");

    /// <summary>The curve.</summary>
    public static ECCurve Curve => Parameters.Curve;

    /// <summary>The point that keys are multiples of.</summary>
    public static ECPoint Generator => Parameters.G;

    /// <summary>How many multiples the generator has: private keys, r and s are less.</summary>
    public static BigInteger Order => Parameters.N;

    /// <summary>The prime that coordinates are less than; a little more than the order.</summary>
    public static BigInteger Prime => Parameters.Curve.Field.Characteristic;
}
