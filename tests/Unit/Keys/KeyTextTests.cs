using Muster.Persistence.Keys;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Keys;

public sealed class KeyTextTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Fact]
    public void A_new_key_is_read_as_it_was_written_and_is_like_no_other()
    {
        var keys = Enumerable.Range(0, 1_000).Select(_ => KeyText.New()).ToList();
        keys.ShouldAllBe(k => KeyText.Parse(k.ToString()) == k);
        keys.Select(k => k.Id).Distinct().Count().ShouldBe(1_000);
        keys.Select(k => k.Secret).Distinct().Count().ShouldBe(1_000);
        keys.ShouldAllBe(k => Convert.FromHexString(k.Secret).Length >= 32);
    }

    [Theory]
    [InlineData("muster_admin_" + Secret, "admin", Secret)]
    [InlineData("muster_a_AbCdEfGhIjKlMnOpQrStUvWxYz-_0123456789AbCdEfG", "a", "AbCdEfGhIjKlMnOpQrStUvWxYz-_0123456789AbCdEfG")]
    public void A_key_made_elsewhere_is_read(string text, string id, string secret) => KeyText.Parse(text).ShouldBe(new KeyText(id, secret));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("muster_admin_short")]
    [InlineData("muster__" + Secret)]
    [InlineData("muster_Admin_" + Secret)]
    [InlineData("mustre_admin_" + Secret)]
    [InlineData(" muster_admin_" + Secret)]
    [InlineData("muster_admin_" + Secret + "\n")]
    [InlineData("muster_admin_" + Secret + "!")]
    public void What_is_no_key_is_none(string? text) => KeyText.Parse(text).ShouldBeNull();

    [Fact]
    public void Only_its_own_secret_fits()
    {
        var key = KeyText.New();
        key.Fits(key.Hash()).ShouldBeTrue();
        KeyText.New().Fits(key.Hash()).ShouldBeFalse();
        key.Fits([]).ShouldBeFalse();
        (key with { Secret = key.Secret.ToUpperInvariant() }).Fits(key.Hash()).ShouldBeFalse();
    }
}
