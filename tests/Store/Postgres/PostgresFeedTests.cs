using Muster.Engine.Feeds;
using Muster.Messages;
using Muster.Persistence.Postgres;
using Muster.Tests.Store.Making;
using Muster.Tests.Support;
using Npgsql;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Postgres;

/// <summary>A feed where several nodes write.</summary>
public sealed class PostgresFeedTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private string _address = "";

    /// <inheritdoc />
    public async Task InitializeAsync() => _address = await (await PostgresServer.SharedAsync()).NewDatabaseAsync();

    /// <inheritdoc />
    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task What_another_node_commits_is_heard_too()
    {
        await using var here = PostgresStore.Open(_address);
        await using var there = PostgresStore.Open(_address);
        using var limit = new CancellationTokenSource(Eventually.Patience);
        using var subscription = await new ProcessFeed(here).SubscribeAsync(new TransitionFilter(), limit.Token);

        foreach (var id in new[] { "a", "b", "c" })
        {
            var story = new Story(new ProcessId("default", id));
            await there.Journal.AppendAsync(story.Submit(Now));
            (await subscription.Transitions.ReadAsync(limit.Token)).Process.ShouldBe(story.Id);
        }
    }

    [Fact]
    public async Task What_a_slow_transaction_holds_back_is_heard_when_that_has_ended()
    {
        await using var store = PostgresStore.Open(_address);
        using var limit = new CancellationTokenSource(Eventually.Patience);
        using var subscription = await new ProcessFeed(store).SubscribeAsync(new TransitionFilter(), limit.Token);
        var (early, late) = (new Story(new ProcessId("default", "early")), new Story(new ProcessId("default", "late")));


        await using var slow = await SlowAsync();
        await store.Journal.AppendAsync(early.Submit(Now));
        subscription.Transitions.TryRead(out _).ShouldBeFalse();
        await slow.DisposeAsync();
        (await subscription.Transitions.ReadAsync(limit.Token)).Process.ShouldBe(early.Id);
        await store.Journal.AppendAsync(late.Submit(Now));
        (await subscription.Transitions.ReadAsync(limit.Token)).Process.ShouldBe(late.Id);
    }

    [Fact]
    public async Task What_was_held_back_when_somebody_subscribed_is_told_too()
    {
        await using var store = PostgresStore.Open(_address);
        using var limit = new CancellationTokenSource(Eventually.Patience);
        var (before, after) = (new Story(new ProcessId("default", "before")), new Story(new ProcessId("default", "after")));
        await using var slow = await SlowAsync();
        await store.Journal.AppendAsync(before.Submit(Now));
        using var subscription = await new ProcessFeed(store).SubscribeAsync(new TransitionFilter(), limit.Token);

        await slow.DisposeAsync();
        await store.Journal.AppendAsync(after.Submit(Now));

        (await subscription.Transitions.ReadAsync(limit.Token)).Process.ShouldBe(before.Id);
        (await subscription.Transitions.ReadAsync(limit.Token)).Process.ShouldBe(after.Id);
    }

    // A transaction that is under way until it is disposed.
    private async Task<NpgsqlConnection> SlowAsync()
    {
        var connection = new NpgsqlConnection($"{_address};Pooling=false");
        await connection.OpenAsync();
        await using var begin = new NpgsqlCommand("BEGIN; SELECT pg_current_xact_id()", connection);
        await begin.ExecuteScalarAsync();
        return connection;
    }
}
