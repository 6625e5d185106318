using Muster.Engine.Deployments.Secrets;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Deployments;

public sealed class DeploymentSecretTests
{
    private const string Old = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string New = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    [Fact]
    public void The_first_key_writes_and_all_of_them_read()
    {
        var before = SecretKeys.Parse(Old);
        var rotated = SecretKeys.Parse($"# the new one\n{New}\n{Old}\n");
        var secret = before.Seal("a", "token", "värde");
        rotated.Open("a", "token", secret).ShouldBe("värde");
        var anew = rotated.Seal("a", "token", "värde");
        (anew.Key, anew.Key == secret.Key).ShouldBe((rotated.CurrentId(), false));
        Should.Throw<SecretKeyException>(() => before.Open("a", "token", anew)).Message.ShouldContain(rotated.CurrentId());
    }

    [Fact]
    public void A_secret_opens_under_its_own_name_only_and_not_when_it_was_changed()
    {
        var keys = SecretKeys.Parse(Old);
        var secret = keys.Seal("a", "token", "value");
        keys.Seal("a", "token", "value").Data.ShouldNotBe(secret.Data, "Each encryption has a nonce of its own.");
        Should.Throw<SecretKeyException>(() => keys.Open("b", "token", secret));
        Should.Throw<SecretKeyException>(() => keys.Open("a", "other", secret)).Message.ShouldContain("changed in the store");
        Should.Throw<SecretKeyException>(() => keys.Open("a", "token", secret with { Data = "AAAA" }));
        Should.Throw<SecretKeyException>(() => keys.Open("a", "token", secret with { Nonce = "?" }));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==")]
    [InlineData($"{Old},nonsense")]
    public void What_is_no_key_is_told_without_showing_it(string text) =>
        Should.Throw<SecretKeyException>(() => SecretKeys.Parse(text)).Message.ShouldNotContain(text);

    [Fact]
    public void Without_a_key_nothing_is_kept() => Should.Throw<SecretKeyException>(() => SecretKeys.None.Seal("a", "b", "c")).Message.ShouldContain("--secrets-key-file");
}
