using System.Reflection;
using Muster.Engine.Feeds;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;
using Muster.Tests.Store.Making;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task A_subscriber_hears_every_transition_once_and_in_order()
    {
        await Write(New("before").Submit(At(0)));
        await SeenByFollowersAsync();
        using var all = await Feed().SubscribeAsync(new TransitionFilter());
        using var limit = new CancellationTokenSource(Eventually.Patience);
        var heard = new Dictionary<ProcessId, List<Type>>();
        var places = new List<EventPlace>();

        var life = new RandomLife(7, T0);
        for (var wave = 0; wave < 20; wave++)
        {
            await WriteAtOnce(Store, life.Wave(40));
            while (heard.Values.Sum(e => e.Count) < life.Stories.Sum(s => s.Events.Count))
            {
                var row = await all.Transitions.ReadAsync(limit.Token);
                heard.TryAdd(row.Process, []);
                heard[row.Process].Add(row.Event!.GetType());
                places.Add(row.Place);
            }
        }

        all.Transitions.TryRead(out _).ShouldBeFalse();
        heard.Count.ShouldBe(life.Stories.Count);
        foreach (var story in life.Stories)
        {
            heard[story.Id].ShouldBe(story.Events.Select(e => e.GetType()));
        }

        places.Zip(places.Skip(1)).ShouldAllBe(p => p.Item2.IsAfter(p.Item1));
        places[0].IsAfter(all.Start).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_subscribes_and_then_looks_misses_nothing()
    {
        var feed = Feed();
        using var limit = new CancellationTokenSource(Eventually.Patience);
        for (var i = 0; i < 100; i++)
        {
            var story = New($"p{i}");
            await Write(story.Submit(At(0)));
            var end = Task.Run(() => Write(story.Cancel(At(1))));
            using var subscription = await feed.SubscribeAsync(new TransitionFilter { Process = story.Id, Entering = ProcessStatus.Cancelled }, limit.Token);
            if ((await Store.Read.FindAsync(story.Id))!.Status != ProcessStatus.Cancelled)
            {
                (await subscription.Transitions.ReadAsync(limit.Token)).Event.ShouldBeOfType<ProcessEvent.Cancelled>();
            }

            await end;
        }
    }

    [Fact]
    public async Task A_subscriber_hears_only_what_it_asked_for()
    {
        var feed = Feed();
        using var one = await feed.SubscribeAsync(new TransitionFilter { Process = new ProcessId("default", "a") });
        using var entering = await feed.SubscribeAsync(new TransitionFilter { Namespace = "default", Queue = "photos", Entering = ProcessStatus.Waiting });
        using var elsewhere = await feed.SubscribeAsync(new TransitionFilter { Namespace = "elsewhere" });
        using var last = await feed.SubscribeAsync(new TransitionFilter { Process = new ProcessId("default", "z") });

        var (a, photo, other) = (New("a"), New("photo"), New("photo", "elsewhere"));
        var photos = Specs.Plain() with { Queue = "photos" };
        await Write(a.Submit(At(0)), photo.Submit(At(0), photos), other.Submit(At(0), photos), photo.Assign(At(1)), photo.Release(At(2)), a.Cancel(At(3)), New("z").Submit(At(4)));
        using var limit = new CancellationTokenSource(Eventually.Patience);
        await last.Transitions.ReadAsync(limit.Token);

        Heard(one).ShouldBe(["default/a Submitted", "default/a Cancelled"]);
        Heard(entering).ShouldBe(["default/photo Submitted", "default/photo AttemptEnded"]);
        Heard(elsewhere).ShouldBe(["elsewhere/photo Submitted"]);
    }

    [Fact]
    public async Task A_subscriber_that_takes_nothing_is_cut_off_and_the_others_hear_on()
    {
        var feed = Feed();
        using var slow = await feed.SubscribeAsync(new TransitionFilter());
        using var quick = await feed.SubscribeAsync(new TransitionFilter { Entering = ProcessStatus.Cancelled });
        var stories = Enumerable.Range(0, ProcessSubscription.Limit + 1).Select(i => New($"p{i:0000}")).ToList();
        await WriteAtOnce(Store, stories.Select(s => s.Submit(At(0))));
        await Write(stories[0].Cancel(At(1)));

        using var limit = new CancellationTokenSource(Eventually.Patience);
        (await quick.Transitions.ReadAsync(limit.Token)).Process.ShouldBe(stories[0].Id);
        Heard(slow).Count.ShouldBe(ProcessSubscription.Limit);
        (await Should.ThrowAsync<SubscriberTooSlowException>(() => slow.Transitions.Completion)).Message.ShouldContain("1000 transitions waited");

        using var again = await feed.SubscribeAsync(new TransitionFilter());
        await Write(stories[1].Cancel(At(1)));
        (await again.Transitions.ReadAsync(limit.Token)).Process.ShouldBe(stories[1].Id);
    }

    [Fact]
    public async Task Without_subscribers_nothing_is_asked()
    {
        var (read, asked) = Counted(Store.Read);
        var feed = new ProcessFeed(read, Store.Journal.Commits, Store.Members is not null);
        await Write(New("a").Submit(At(0)));
        await SeenByFollowersAsync();
        asked().ShouldBe(0);

        using var limit = new CancellationTokenSource(Eventually.Patience);
        var both = new[] { await feed.SubscribeAsync(new TransitionFilter()), await feed.SubscribeAsync(new TransitionFilter()) };
        await Write(New("b").Submit(At(0)));
        foreach (var subscription in both)
        {
            (await subscription.Transitions.ReadAsync(limit.Token)).Process.Id.ShouldBe("b");
            subscription.Dispose();
        }

        // A commit wakes the reader, which then sees that it has nobody.
        await Write(New("c").Submit(At(0)));
        await Eventually.Holds(() => !feed.IsReading, "the reader has ended");
        var before = asked();
        await Write(Enumerable.Range(0, 20).Select(i => New($"more{i}").Submit(At(0))));
        asked().ShouldBe(before);
    }

    private static IReadOnlyList<string> Heard(ProcessSubscription subscription)
    {
        var heard = new List<string>();
        while (subscription.Transitions.TryRead(out var row))
        {
            heard.Add($"{row.Process} {row.Event!.GetType().Name}");
        }

        return heard;
    }

    private static (IReadModel Read, Func<int> Asked) Counted(IReadModel inner)
    {
        var proxy = DispatchProxy.Create<IReadModel, CountingRead>();
        var counting = (CountingRead)(object)proxy;
        counting.Inner = inner;
        return (proxy, () => Volatile.Read(ref counting.Asked));
    }

    private ProcessFeed Feed() => new(Store);

    private class CountingRead : DispatchProxy
    {
        public int Asked;

        public IReadModel Inner { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Interlocked.Increment(ref Asked);
            return targetMethod!.Invoke(Inner, args);
        }
    }
}
