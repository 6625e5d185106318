using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Query;
using Akka.Persistence.Sql.Query;
using Akka.Streams;
using Akka.Streams.Dsl;
using Muster.Messages.Processes;
using Muster.Persistence;
using Muster.Tests.Store.Faults;
using Muster.Tests.Store.Making;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task An_entity_replays_what_it_persisted()
    {
        var story = New("a");
        story.Submit(At(0));
        story.Assign(At(1));
        using var system = Systems.Start(Store);
        var entity = system.ActorOf(Listener.Props(story.PersistenceId));
        foreach (var e in story.Events)
        {
            await entity.Ask(e, Eventually.Patience);
        }

        var replayed = await Replayed(system, story.PersistenceId);

        replayed.Select(e => e.GetType()).ShouldBe([typeof(ProcessEvent.Submitted), typeof(ProcessEvent.Assigned)]);
        Shape(await Store.Read.FindAsync(story.Id)).ShouldBe(Shape(Expected.Row(story)));
        await system.Terminate();
    }

    [Theory]
    [InlineData(1, 3, 100, new long[] { 1, 2, 3 })]
    [InlineData(2, 2, 100, new long[] { 2 })]
    [InlineData(2, long.MaxValue, 2, new long[] { 2, 3 })]
    [InlineData(1, long.MaxValue, 0, new long[0])]
    [InlineData(5, long.MaxValue, 100, new long[0])]
    public async Task A_replay_gives_what_was_asked_for(long from, long to, long max, long[] expected)
    {
        var story = New("a");
        await Write(story.Submit(At(0)), story.Assign(At(1)), story.Release(At(2)), story.Assign(At(3)));

        using var system = Systems.Start(Store);
        var asker = system.ActorOf(Asker.Props());
        var answers = await asker.Ask<object[]>(new ReplayMessages(from, to, max, story.PersistenceId, asker), Eventually.Patience);

        answers[..^1].ShouldAllBe(a => a is ReplayedMessage);
        answers[..^1].Cast<ReplayedMessage>().Select(a => a.Persistent.SequenceNr).ShouldBe(expected);
        answers[^1].ShouldBeOfType<RecoverySuccess>().HighestSequenceNr.ShouldBe(4);
        await system.Terminate();
    }

    [Fact]
    public async Task A_write_is_answered_in_the_order_of_the_protocol_with_the_sender_of_each_event()
    {
        var story = New("a");
        story.Submit(At(0));
        story.Assign(At(1));
        using var system = Systems.Start(Store);
        var asker = system.ActorOf(Asker.Props());
        IPersistentRepresentation[] events = [.. story.Events.Select((e, i) => new Persistent(e, i + 1, story.PersistenceId, sender: asker, writerGuid: "w"))];

        var answers = await asker.Ask<object[]>(
            new WriteMessages([new AtomicWrite([events[0]]), new AtomicWrite([events[1]])], asker, 7), Eventually.Patience);

        answers.Select(a => a.GetType()).ShouldBe([typeof(WriteMessagesSuccessful), typeof(WriteMessageSuccess), typeof(WriteMessageSuccess)]);
        answers.OfType<WriteMessageSuccess>().Select(a => (a.Persistent.SequenceNr, a.ActorInstanceId)).ShouldBe([(1, 7), (2, 7)]);
        (await Store.Journal.HighestAsync(story.PersistenceId)).ShouldBe(2);
        await system.Terminate();
    }

    [Fact]
    public async Task A_store_that_is_closed_fails_a_write()
    {
        var story = New("a");
        story.Submit(At(0));
        using var system = Systems.Start(Store);
        var asker = system.ActorOf(Asker.Props());
        await Store.DisposeAsync();

        var answers = await asker.Ask<object[]>(
            new WriteMessages([new AtomicWrite([new Persistent(story.Events[0], 1, story.PersistenceId, sender: asker, writerGuid: "w")])], asker, 7), Eventually.Patience);

        answers.Select(a => a.GetType()).ShouldBe([typeof(WriteMessagesFailed), typeof(WriteMessageFailure)]);
        await system.Terminate();
    }

    [Fact]
    public async Task The_stock_read_journal_reads_what_we_wrote()
    {
        var life = await Live(71, waves: 5);
        using var system = Systems.Start(Store, SqlPlugins.Hocon(Store));
        using var materializer = system.Materializer();
        var read = PersistenceQuery.Get(system).ReadJournalFor<SqlReadJournal>(SqlPlugins.ReadJournal);

        foreach (var story in life.Stories.Take(10))
        {
            var events = await read.CurrentEventsByPersistenceId(story.PersistenceId, 0, long.MaxValue).RunWith(Sink.Seq<EventEnvelope>(), materializer);
            events.Select(e => e.SequenceNr).ShouldBe(Enumerable.Range(1, story.Events.Count).Select(n => (long)n));
            events.Select(e => Json(e.Event)).ShouldBe(story.Events.Select(Json));
        }

        var all = await read.CurrentAllEvents(Offset.NoOffset()).RunWith(Sink.Seq<EventEnvelope>(), materializer);
        all.Count.ShouldBe(life.Stories.Sum(s => s.Events.Count));
        var ids = await read.CurrentPersistenceIds().RunWith(Sink.Seq<string>(), materializer);
        ids.ShouldBe(life.Stories.Select(s => s.PersistenceId), ignoreOrder: true);
        await system.Terminate();
    }

    [Fact]
    public async Task The_stock_read_journal_follows_what_we_write()
    {
        var (early, late) = (New("early"), New("late"));
        await Write(early.Submit(At(0)));
        using var system = Systems.Start(Store, SqlPlugins.Hocon(Store));
        using var materializer = system.Materializer();
        var following = PersistenceQuery.Get(system).ReadJournalFor<SqlReadJournal>(SqlPlugins.ReadJournal)
            .AllEvents(Offset.NoOffset()).Take(3).RunWith(Sink.Seq<EventEnvelope>(), materializer);

        await Write(late.Submit(At(1)), late.Assign(At(2)));

        (await following.WaitAsync(Eventually.Patience)).Select(e => (e.PersistenceId, e.SequenceNr))
            .ShouldBe([(early.PersistenceId, 1), (late.PersistenceId, 1), (late.PersistenceId, 2)]);
        await system.Terminate();
    }

    [Fact]
    public async Task The_stock_snapshot_store_keeps_snapshots_in_our_table_while_we_write()
    {
        using var system = Systems.Start(Store, SqlPlugins.Hocon(Store).WithFallback($"akka.persistence.snapshot-store.plugin = \"{SqlPlugins.SnapshotStore}\""));
        var entity = system.ActorOf(Listener.Props("x/default/w1", snapshots: true));
        await entity.Ask(Registered("w1", 1), Eventually.Patience);
        using var stop = new CancellationTokenSource();
        var busy = Enumerable.Range(0, 8).Select(n => Keep(n, stop.Token)).ToList();

        for (var i = 0; i < 3; i++)
        {
            (await entity.Ask(new Listener.Keep(Registered("w1", 10 + i, "gpu")), Eventually.Patience)).ShouldBeOfType<SaveSnapshotSuccess>();
        }

        await stop.CancelAsync();
        (await Task.WhenAll(busy)).ShouldAllBe(written => written > 0);

        Raw("SELECT persistence_id, sequence_number, serializer_id, manifest FROM snapshot").ShouldBe(["x/default/w1 | 1 | 4711 | xe.registered"]);
        await entity.Ask(Registered("w1", 20, "cpu"), Eventually.Patience);
        var replayed = await Replayed(system, "x/default/w1", snapshots: true);
        replayed.Count.ShouldBe(2);
        Json(replayed[0].ShouldBeOfType<SnapshotOffer>().Snapshot).ShouldBe(Json(Registered("w1", 12, "gpu")));
        Json(replayed[1]).ShouldBe(Json(Registered("w1", 20, "cpu")));
        await system.Terminate();

        async Task<int> Keep(int n, CancellationToken until)
        {
            var written = 0;
            while (!until.IsCancellationRequested)
            {
                await Write(New($"busy{n}-{written++}").Submit(At(0)));
            }

            return written;
        }
    }

    private static async Task<IReadOnlyList<object>> Replayed(ActorSystem system, string persistenceId, bool snapshots = false) =>
        await system.ActorOf(Listener.Props(persistenceId, snapshots)).Ask<object[]>(new Listener.WhatWasReplayed(), Eventually.Patience);

    private static string Json(object e) => System.Text.Encoding.UTF8.GetString(Messages.Serialization.MusterSerializer.Write(e));
}
