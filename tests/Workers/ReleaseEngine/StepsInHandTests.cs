using Microsoft.Extensions.Time.Testing;
using Muster.Tests.Workers.Broker;
using Muster.Workers.ReleaseEngine;

namespace Muster.Tests.Workers.ReleaseEngine;

/// <summary>Which steps count as the same one, handed out twice.</summary>
[Collection(BrokerTests.Name)]
public sealed class StepsInHandTests(BrokerFixture broker)
{
    [Fact]
    public async Task A_step_that_comes_back_over_another_channel_while_it_runs_is_not_taken_twice()
    {
        var steps = new StepsInHand(new FakeTimeProvider());
        await using var one = await broker.Connection.CreateChannelAsync();
        await using var two = await broker.Connection.CreateChannelAsync();
        var first = new Delivery(one, 1, false, "d", "replies", [1]);
        var hand = steps.Take(first).ShouldNotBeNull();
        var again = first with { Channel = two, Redelivered = true };
        steps.Take(again).ShouldBeNull();
        hand.Delivery.ShouldBe(again);
        // Others are others.
        steps.Take(again with { Body = [2] }).ShouldNotBeNull();
        steps.Take(again with { CorrelationId = "e" }).ShouldNotBeNull();
        steps.Take(again with { Redelivered = false }).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_step_that_comes_back_after_its_answer_is_known_for_a_minute_and_once()
    {
        var clock = new FakeTimeProvider();
        var steps = new StepsInHand(clock);
        var one = await broker.Connection.CreateChannelAsync();
        await using var two = await broker.Connection.CreateChannelAsync();
        var first = new Delivery(one, 1, false, "d", "replies", [1]);
        var hand = steps.Take(first)!;
        await one.DisposeAsync();
        steps.Answered(hand);
        steps.Take(first with { Channel = two, Redelivered = true }).ShouldBeNull();
        steps.Take(first with { Channel = two, Redelivered = true }).ShouldNotBeNull();

        var next = first with { Body = [3] };
        steps.Answered(steps.Take(next)!);
        clock.Advance(TimeSpan.FromSeconds(61));
        steps.Answered(steps.Take(first with { Channel = two, Body = [4] })!);
        steps.Take(next with { Channel = two, Redelivered = true }).ShouldNotBeNull();
    }

    [Fact]
    public async Task The_same_step_again_after_an_answer_over_an_open_channel_is_another_one()
    {
        var steps = new StepsInHand(new FakeTimeProvider());
        await using var one = await broker.Connection.CreateChannelAsync();
        await using var two = await broker.Connection.CreateChannelAsync();
        var first = new Delivery(one, 1, false, "d", "replies", [1]);
        steps.Answered(steps.Take(first)!);
        steps.Take(first with { Channel = two, Redelivered = true }).ShouldNotBeNull();
    }
}
