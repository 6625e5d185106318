using System.Globalization;
using System.Numerics;
using Muster.Signatures;

namespace Muster.Tests.Unit.Colonies.Crypto;

/// <summary>Both implementations by name, and numbers of the curve, computed without either of them.</summary>
internal static class Computed
{
    public const string Native = "native";
    public const string Managed = "managed";

    private static readonly BigInteger Prime = Number(Known.Prime);

    /// <summary>One of the two. There is no test without libsecp256k1: what is not tried would not be known to work.</summary>
    public static ISignatures By(string who) => who switch
    {
        Native => NativeSignatures.TryLoad(out var problem) ?? throw new InvalidOperationException($"The native signatures cannot be tested: {problem}."),
        Managed => new ManagedSignatures(),
        _ => throw new ArgumentOutOfRangeException(nameof(who), who, "native or managed"),
    };

    public static BigInteger Number(string hex) => BigInteger.Parse("0" + hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    public static string Hex(BigInteger number) => Convert.ToHexStringLower(number.ToByteArray(isUnsigned: true, isBigEndian: true)).PadLeft(64, '0');

    /// <summary>The other signature that says the same: n - s, and the other of the two points with this r.</summary>
    public static string HighS(string signature) =>
        signature[..64] + Hex(Number(Known.Order) - Number(signature[64..128])) + (signature[129] == '0' ? "01" : "00");

    /// <summary>Whether the curve has points with this x: whether x³ + 7 is a square.</summary>
    public static bool IsOnCurve(BigInteger x) => BigInteger.ModPow((x * x * x) + 7, (Prime - 1) / 2, Prime).IsOne;
}
