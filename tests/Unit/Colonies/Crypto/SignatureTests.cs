using System.Numerics;
using Muster.Signatures;
using Shouldly;
using Xunit;
using static Muster.Tests.Unit.Colonies.Crypto.Computed;

namespace Muster.Tests.Unit.Colonies.Crypto;

public sealed class SignatureTests
{
    private const string Digits = "82a2287f7fa7aad2f7a476c2b91743d67792c4f1f580f7cad92ecc6c3504bc6f2f542e984ed0d7d8b5a90a6fc1a381bb18e29dceabb6e97600395d37706732af";

    public static TheoryData<string, string> Malformed { get; } = Refused(new()
    {
        ["nothing"] = "",
        ["without the recovery id"] = Digits,
        ["a digit less"] = Digits + "0",
        ["a digit more"] = Digits + "010",
        ["a byte more"] = Digits + "0101",
        ["0x before it"] = "0x" + Digits + "01",
        ["0x within its length"] = "0x" + Digits,
        ["no hex digit"] = Digits + "0g",
        ["a blank"] = " " + Digits + "1",
        ["digits of another script"] = Digits + "0\u0661",
        ["base64"] = new string('A', 86) + "==",
        ["recovery id 27"] = Digits + "1b",
        ["recovery id 28"] = Digits + "1c",
        ["recovery id 4"] = Digits + "04",
        ["recovery id 255"] = Digits + "ff",
        ["the greater s"] = HighS(Known.ColoniesSignature),
        ["s a little above the half"] = Known.ColoniesSignature[..64] + Known.HalfOrderAndOne + "01",
        ["s is n"] = Known.ColoniesSignature[..64] + Known.Order + "01",
        ["s is zero"] = Known.ColoniesSignature[..64] + Known.Zero + "01",
        ["r is zero"] = Known.Zero + Known.ColoniesSignature[64..],
        ["r is n"] = Known.Order + Known.ColoniesSignature[64..],
        ["r is above n"] = new string('f', 64) + Known.ColoniesSignature[64..],
        ["r + n is no coordinate"] = Known.ColoniesSignature[..128] + "02",
        ["r is no x of a point"] = Hex(5) + Known.ColoniesSignature[64..],
    });

    [Theory]
    [InlineData(Native, "hello", Known.HelloSignature, Known.HelloId)]
    [InlineData(Native, "hello", Known.HelloOtherwise, Known.HelloId)]
    [InlineData(Native, Known.AssignPayload, Known.AssignSignature, Known.AssignId)]
    [InlineData(Native, Known.ColoniesPayload, Known.ColoniesSignature, Known.ColoniesId)]
    [InlineData(Native, "abc", Known.OneSignature, Known.OneId)]
    [InlineData(Managed, "hello", Known.HelloSignature, Known.HelloId)]
    [InlineData(Managed, "hello", Known.HelloOtherwise, Known.HelloId)]
    [InlineData(Managed, Known.AssignPayload, Known.AssignSignature, Known.AssignId)]
    [InlineData(Managed, Known.ColoniesPayload, Known.ColoniesSignature, Known.ColoniesId)]
    [InlineData(Managed, "abc", Known.OneSignature, Known.OneId)]
    public void A_signature_tells_who_made_it_however_its_digits_are_written(string who, string payload, string signature, string id)
    {
        By(who).TryRecoverId(payload, signature, out var found).ShouldBeTrue();
        found.ShouldBe(id);
        By(who).TryRecoverId(payload, signature.ToUpperInvariant(), out found).ShouldBeTrue();
        found.ShouldBe(id);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_no_signature_is_refused(string who, string signature)
    {
        By(who).TryRecoverId(Known.ColoniesPayload, signature, out var id).ShouldBeFalse();
        id.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Native)]
    [InlineData(Managed)]
    public void Another_payload_or_recovery_id_is_somebody_else(string who)
    {
        By(who).TryRecoverId(Known.ColoniesPayload[..^1], Known.ColoniesSignature, out var otherPayload).ShouldBeTrue();
        By(who).TryRecoverId(Known.ColoniesPayload, Digits + "00", out var otherPoint).ShouldBeTrue();
        new[] { Known.ColoniesId, otherPayload, otherPoint }.Distinct().Count().ShouldBe(3);
    }

    [Theory]
    [InlineData(Native)]
    [InlineData(Managed)]
    public void The_greatest_s_that_is_allowed_is_the_half_of_n(string who) =>
        By(who).TryRecoverId("x", Known.ColoniesSignature[..64] + Known.HalfOrder + "00", out _).ShouldBeTrue();

    [Fact]
    public void A_point_whose_x_is_above_n_is_a_point()
    {
        var (most, n) = (Number(Known.Prime) - Number(Known.Order), Number(Known.Order));
        var r = Enumerable.Range(1, 100).Select(i => most - i).First(i => IsOnCurve(i + n));
        foreach (var recoveryId in new[] { "02", "03" })
        {
            By(Native).TryRecoverId("x", Hex(r) + Known.One + recoveryId, out var native).ShouldBeTrue();
            By(Managed).TryRecoverId("x", Hex(r) + Known.One + recoveryId, out var managed).ShouldBeTrue();
            managed.ShouldBe(native);
        }
    }

    [Theory]
    [InlineData(Native)]
    [InlineData(Managed)]
    public void An_r_without_a_point_is_refused_and_one_with_a_point_is_not(string who)
    {
        var signatures = By(who);
        var found = 0;
        for (BigInteger r = 1; r <= 40; r++)
        {
            var onCurve = IsOnCurve(r);
            found += onCurve ? 1 : 0;
            signatures.TryRecoverId("x", Hex(r) + Known.One + "00", out _).ShouldBe(onCurve, r.ToString());
        }

        found.ShouldBeInRange(10, 30);
    }

    [Theory]
    [InlineData(Native)]
    [InlineData(Managed)]
    public void A_signature_that_no_key_can_have_made_is_refused(string who)
    {
        // R is the generator or its mirror image, so that s R = e G: nothing is left for the key.
        var n = Number(Known.Order);
        foreach (var text in Enumerable.Range(0, 20).Select(i => $"text {i}"))
        {
            var hash = new byte[Sha3.Bytes];
            Sha3.Hash(text, hash);
            var e = Number(Convert.ToHexStringLower(hash)) % n;
            var even = e <= Number(Known.HalfOrder);
            var signature = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798" + Hex(even ? e : n - e) + (even ? "00" : "01");
            By(who).TryRecoverId(text, signature, out _).ShouldBeFalse(text);
            By(who).TryRecoverId(text + ".", signature, out _).ShouldBeTrue(text);
        }
    }

    [Theory]
    [InlineData(Native)]
    [InlineData(Managed)]
    public async Task Many_threads_may_ask_at_once(string who)
    {
        var signatures = By(who);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => signatures.TryRecoverId("hello", Known.HelloSignature, out var id) ? id : "refused")));
        answers.Distinct().ShouldBe([Known.HelloId]);
    }

    [Fact]
    public void The_fastest_is_chosen_and_says_what_it_is()
    {
        var library = SignatureLibrary.Choose();
        library.Signatures.Name.ShouldStartWith("libsecp256k1.so.", customMessage: library.Lacking);
        library.Lacking.ShouldBeNull();
    }

    [Theory]
    [InlineData("libsecp256k1.so.none", "install libsecp256k1-1")]
    [InlineData("libc.so.6", "without the recovery of public keys")]
    public void A_library_that_cannot_be_used_says_why(string file, string why)
    {
        NativeSignatures.TryLoad([file], out var problem).ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain(why);
        problem.ShouldContain(file);
    }

    private static TheoryData<string, string> Refused(Dictionary<string, string> texts)
    {
        var data = new TheoryData<string, string>();
        foreach (var text in texts.Values)
        {
            data.Add(Native, text);
            data.Add(Managed, text);
        }

        return data;
    }
}
