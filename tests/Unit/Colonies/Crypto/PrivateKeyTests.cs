using Muster.Signatures;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Colonies.Crypto;

public sealed class PrivateKeyTests
{
    [Theory]
    [InlineData(Known.HelloKey, Known.HelloId)]
    [InlineData(Known.AssignKey, Known.AssignId)]
    [InlineData(Known.ColoniesKey, Known.ColoniesId)]
    [InlineData(Known.OneKey, Known.OneId)]
    [InlineData("6d2fb6f546bacfd98c68769e61e0b44a697a30596c018a50e28200aa59b01c0a", "4fef2b5a82d134d058c1883c72d6d9caf77cd59ca82d73105017590dea3dcb87")]
    [InlineData("ba949fa134981372d6da62b6a56f336ab4d843b22c02a4257dcf7d0d73097514", "4787a5071856a4acf702b2ffcea422e3237a679c681314113d86139461290cf4")]
    public void A_key_has_the_identity_that_other_clients_give_it(string key, string id)
    {
        PrivateKey.Parse(key).Id.ShouldBe(id);
        PrivateKey.Parse(key.ToUpperInvariant()).ToHex().ShouldBe(key);
    }

    [Theory]
    [InlineData(Known.HelloKey, "hello", Known.HelloSignature)]
    [InlineData(Known.AssignKey, Known.AssignPayload, Known.AssignSignature)]
    [InlineData(Known.ColoniesKey, Known.ColoniesPayload, Known.ColoniesSignature)]
    [InlineData(Known.OneKey, "abc", Known.OneSignature)]
    public void A_payload_is_signed_as_other_clients_sign_it(string key, string payload, string signature) => PrivateKey.Parse(key).Sign(payload).ShouldBe(signature);

    [Theory]
    [InlineData("")]
    [InlineData(Known.Zero)]
    [InlineData(Known.Order)]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0x" + Known.HelloKey)]
    [InlineData("d6eb959e9aec2e6fdc44b5862b269e987b8a4d6f2baca542d8acaa97ee5e74f")]
    [InlineData("d6eb959e9aec2e6fdc44b5862b269e987b8a4d6f2baca542d8acaa97ee5e74fg")]
    public void What_is_no_key_is_refused_and_not_repeated(string text)
    {
        var error = Should.Throw<FormatException>(() => PrivateKey.Parse(text));
        (text.Length == 0 || !error.Message.Contains(text, StringComparison.OrdinalIgnoreCase)).ShouldBeTrue();
    }

    [Fact]
    public void The_greatest_key_is_one()
    {
        var greatest = PrivateKey.Parse(Computed.Hex(Computed.Number(Known.Order) - 1));
        Computed.By(Computed.Native).TryRecoverId("x", greatest.Sign("x"), out var id).ShouldBeTrue();
        id.ShouldBe(greatest.Id);
        id.ShouldNotBe(Known.OneId);
    }

    [Fact]
    public void A_new_key_is_like_no_other_and_is_read_as_it_was_written()
    {
        var keys = Enumerable.Range(0, 50).Select(_ => PrivateKey.New()).ToList();
        keys.Select(k => k.Id).Distinct().Count().ShouldBe(50);
        keys.ShouldAllBe(k => PrivateKey.Parse(k.ToHex()).Id == k.Id);
    }

    [Fact]
    public void A_key_does_not_get_into_a_log() => $"{PrivateKey.Parse(Known.HelloKey)}".ShouldBe($"private key of {Known.HelloId}");
}
