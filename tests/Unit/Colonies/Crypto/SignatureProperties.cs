using CsCheck;
using Muster.Signatures;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Colonies.Crypto;

/// <summary>Random keys, payloads and damage. A failure prints the seed.</summary>
public sealed class SignatureProperties
{
    private const int Kinds = 8;

    private static readonly ISignatures Native = Computed.By(Computed.Native);
    private static readonly ISignatures Managed = Computed.By(Computed.Managed);

    private static readonly Gen<PrivateKey> Keys = Gen.Byte.Array[32].Where(b => b[0] is > 0 and < 255).Select(b => PrivateKey.Parse(Convert.ToHexStringLower(b)));

    [Fact]
    public void Whatever_is_signed_tells_its_signer() => Gen.Select(Keys, Gen.String).Sample((key, payload) =>
    {
        var signature = key.Sign(payload);
        foreach (var signatures in new[] { Native, Managed })
        {
            signatures.TryRecoverId(payload, signature, out var id).ShouldBeTrue();
            id.ShouldBe(key.Id);
        }
    }, iter: 300);

    [Fact]
    public void A_damaged_signature_is_never_its_signers_and_both_say_the_same() =>
        Gen.Select(Keys, Gen.String[1, 100], Gen.Int[0, Kinds - 1], Gen.Int[0, 519], Gen.Byte.Array[65]).Sample((key, payload, kind, bit, random) =>
        {
            var signature = Damaged(key.Sign(payload), kind, bit, random);
            var native = Native.TryRecoverId(payload, signature, out var first);
            var managed = Managed.TryRecoverId(payload, signature, out var second);
            managed.ShouldBe(native);
            second.ShouldBe(first);
            first.ShouldNotBe(key.Id);
        }, iter: 1_000);

    private static string Damaged(string signature, int kind, int bit, byte[] random)
    {
        var bytes = Convert.FromHexString(signature);
        switch (kind)
        {
            case 0:
                return signature[..(bit / 4)];
            case 1:
                return Computed.HighS(signature);
            case 2:
                random[64] &= 3;
                random[32] &= 0x7f;
                return Convert.ToHexStringLower(random);
            case 3:
                bytes[64] += (byte)(1 + (bit % 255));
                break;
            case 4:
                random.AsSpan(0, 32).CopyTo(bytes);
                break;
            case 5:
                random.AsSpan(32, 32).CopyTo(bytes.AsSpan(32));
                break;
            default:
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                break;
        }

        return Convert.ToHexStringLower(bytes);
    }
}
