using Microsoft.Extensions.Time.Testing;
using Muster.Gateway.Colonies.Crypto;
using Muster.Signatures;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Colonies.Crypto;

public sealed class ReplayCacheTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_message_enters_once_in_five_minutes()
    {
        var cache = new ReplayCache(_clock);
        cache.TryEnter(1).ShouldBeTrue();
        cache.TryEnter(2).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        cache.TryEnter(1).ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        cache.TryEnter(1).ShouldBeTrue();
        cache.TryEnter(1).ShouldBeFalse();
    }

    [Fact]
    public void What_is_too_old_takes_no_room()
    {
        var cache = new ReplayCache(_clock, TimeSpan.FromSeconds(10));
        for (var i = 0; i < 1_000; i++)
        {
            cache.TryEnter((UInt128)i).ShouldBeTrue();
            _clock.Advance(TimeSpan.FromSeconds(1));
            cache.Count.ShouldBeLessThanOrEqualTo(10);
        }
    }

    [Fact]
    public void When_it_is_full_the_oldest_goes_and_a_refusal_makes_nothing_younger()
    {
        var cache = new ReplayCache(_clock, capacity: 3);
        foreach (var key in new UInt128[] { 1, 2, 3 })
        {
            cache.TryEnter(key).ShouldBeTrue();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        cache.TryEnter(1).ShouldBeFalse();
        cache.TryEnter(4).ShouldBeTrue();
        cache.Count.ShouldBe(3);
        cache.TryEnter(2).ShouldBeFalse();
        cache.TryEnter(3).ShouldBeFalse();
        cache.TryEnter(1).ShouldBeTrue();
        cache.TryEnter(2).ShouldBeTrue();
    }

    [Fact]
    public void What_was_not_carried_out_may_be_said_again()
    {
        var cache = new ReplayCache(_clock, capacity: 10);
        cache.TryEnter(2).ShouldBeTrue();
        for (var i = 0; i < 1_000; i++)
        {
            cache.TryEnter(1).ShouldBeTrue();
            cache.TryEnter(1).ShouldBeFalse();
            cache.Leave(1);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        cache.TryEnter(2).ShouldBeFalse();
        cache.TryEnter(1).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        cache.TryEnter(1).ShouldBeFalse();
        cache.Leave(3);
        cache.Count.ShouldBe(1);
    }

    [Fact]
    public void Switched_off_it_refuses_nothing_and_remembers_nothing()
    {
        var cache = new ReplayCache(_clock, capacity: 0);
        cache.IsOn.ShouldBeFalse();
        cache.TryEnter(1).ShouldBeTrue();
        cache.TryEnter(1).ShouldBeTrue();
        cache.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Of_many_who_say_the_same_at_once_one_enters()
    {
        var cache = new ReplayCache(_clock, capacity: 500);
        var entered = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 500).Count(i => cache.TryEnter((UInt128)i)))));
        entered.Sum().ShouldBe(500);
    }

    [Fact]
    public void A_signature_is_the_same_however_its_digits_are_written()
    {
        var key = SignatureText.KeyOf(Known.HelloSignature);
        SignatureText.KeyOf(Known.HelloSignature.ToUpperInvariant()).ShouldBe(key);
        SignatureText.KeyOf(Known.HelloSignature[..129] + "1").ShouldBe(key);
        SignatureText.KeyOf(Known.HelloOtherwise).ShouldNotBe(key);
        Should.Throw<ArgumentException>(() => SignatureText.KeyOf("hello"));
    }

    [Fact]
    public void A_window_or_capacity_that_means_nothing_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new ReplayCache(_clock, TimeSpan.Zero));
        Should.Throw<ArgumentOutOfRangeException>(() => new ReplayCache(_clock, capacity: -1));
    }
}
