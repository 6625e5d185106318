using System.Collections.Concurrent;
using Muster.Persistence.Journal;
using Muster.Persistence.Sql;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Persistence;

public sealed class SharedQueryTests
{
    private readonly ConcurrentQueue<IReadOnlyCollection<string>> _asked = new();
    private readonly SemaphoreSlim _gate = new(0);

    [Fact]
    public async Task Who_asks_alone_is_answered_at_once_and_what_is_not_there_is_the_default()
    {
        var query = Query();
        _gate.Release(2);

        (await query.AskAsync("four")).ShouldBe(4);
        (await query.AskAsync("")).ShouldBe(0);
        _asked.ShouldBe([["four"], [""]]);
    }

    [Fact]
    public async Task Those_that_come_while_queries_run_share_the_next_one()
    {
        var query = Query();
        var first = Enumerable.Range(1, 4).Select(i => query.AskAsync(new string('a', i))).ToList();
        var later = Enumerable.Range(5, 300).Select(i => query.AskAsync(new string('a', i % 100))).ToList();
        _asked.Count.ShouldBe(4);
        _gate.Release(100);

        (await Task.WhenAll(first)).ShouldBe([1, 2, 3, 4]);
        (await Task.WhenAll(later)).ShouldBe(Enumerable.Range(5, 300).Select(i => i % 100));
        _asked.Count.ShouldBe(6, "200 at once at the most");
    }

    [Fact]
    public async Task One_that_cannot_be_answered_does_not_keep_others_from_theirs()
    {
        var query = Query();
        var busy = Enumerable.Range(0, 4).Select(_ => query.AskAsync("x")).ToList();
        string[] keys = ["one", "broken", "three"];
        var asked = keys.Select(query.AskAsync).ToList();
        _gate.Release(100);

        await Task.WhenAll(busy);
        (await asked[0]).ShouldBe(3);
        (await Should.ThrowAsync<InvalidOperationException>(() => asked[1])).Message.ShouldBe("broken");
        (await asked[2]).ShouldBe(5);
    }

    [Fact]
    public async Task All_hear_when_the_store_is_away_and_nobody_asks_it_again()
    {
        var query = Query();
        var busy = Enumerable.Range(0, 4).Select(_ => query.AskAsync("x")).ToList();
        var asked = new[] { "one", "away", "three" }.Select(query.AskAsync).ToList();
        _gate.Release(100);

        await Task.WhenAll(busy);
        foreach (var task in asked)
        {
            await Should.ThrowAsync<StoreUnavailableException>(() => task);
        }

        _asked.Count.ShouldBe(5);
        (await query.AskAsync("again")).ShouldBe(5);
    }

    [Fact]
    public async Task Under_many_askers_none_is_forgotten()
    {
        var query = new SharedQuery<int>(async keys =>
        {
            await Task.Yield();
            return keys.ToDictionary(k => k, k => k.Length);
        });
        await Parallel.ForEachAsync(Enumerable.Range(0, 50_000), async (i, _) => (await query.AskAsync(new string('k', i % 50))).ShouldBe(i % 50));
    }

    // Answers with the length of each key, when the gate lets it.
    private SharedQuery<int> Query() => new(async keys =>
    {
        _asked.Enqueue(keys);
        await _gate.WaitAsync();
        return keys.Contains("away") ? throw new StoreUnavailableException("away")
            : keys.Contains("broken") ? throw new InvalidOperationException("broken")
            : keys.Where(k => k.Length > 0).ToDictionary(k => k, k => k.Length);
    });
}
