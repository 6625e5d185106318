using System.Text;
using Akka.Actor;
using Muster.Messages.Processes;
using Muster.Persistence.Journal;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Theory]
    [InlineData("message", new byte[] { 1, 2, 3 })]
    [InlineData("message", new byte[0])]
    [InlineData("message", "not json")]
    [InlineData("message", "null")]
    [InlineData("manifest", "pe.from-the-future")]
    [InlineData("manifest", "")]
    [InlineData("identifier", 1)]
    public async Task A_damaged_event_is_replayed_as_a_marker_and_hurts_nobody_else(string column, object value)
    {
        var (damaged, healthy) = (New("damaged"), New("healthy"));
        await Write(damaged.Submit(At(0)), healthy.Submit(At(0)), damaged.Assign(At(1)), healthy.Assign(At(1)), damaged.Complete(At(2), "1"));
        if (column == "message" && value is string text)
        {
            value = Encoding.UTF8.GetBytes(text);
        }

        Tamper($"UPDATE journal SET {column} = @value WHERE persistence_id = @id AND sequence_number = 2", ("@value", value), ("@id", damaged.PersistenceId)).ShouldBe(1);
        using var system = Systems.Start(Store);

        var replayed = await Replayed(system, damaged.PersistenceId);

        replayed.Select(e => e.GetType()).ShouldBe([typeof(ProcessEvent.Submitted), typeof(DamagedEvent), typeof(ProcessEvent.Succeeded)]);
        ((DamagedEvent)replayed[1]).ShouldSatisfyAllConditions(e => e.SequenceNr.ShouldBe(2), e => e.Why.ShouldNotBeEmpty());
        (await Replayed(system, healthy.PersistenceId)).Select(e => e.GetType()).ShouldBe([typeof(ProcessEvent.Submitted), typeof(ProcessEvent.Assigned)]);
        (await Store.Read.HistoryAsync(damaged.Id)).Select(h => h.Event is null).ShouldBe([false, true, false]);
        await SeenByFollowersAsync();
        (await Store.Read.EventsAsync(0, 100)).Count(h => h.Event is null).ShouldBe(1);
        (await Store.Read.EventsAsync(0, 100)).Count.ShouldBe(5);
        await Write(healthy.Complete(At(3)));
        await system.Terminate();
    }

    [Fact]
    public async Task No_damage_of_bytes_makes_a_replay_fail()
    {
        var random = new Random(81);
        var story = New("a");
        await Write(story.Submit(At(0), Specs.Labelled(("a", "b")) with { Limits = new Limits { MaxWait = TimeSpan.FromSeconds(5), Deadline = At(100) }, After = ["p"] }), story.SeeParents(At(1), ("p", ProcessStatus.Succeeded)));
        var original = (await Store.Journal.RowsAsync(story.PersistenceId))[0];

        var damaged = 0;
        for (var i = 0; i < 3_000; i++)
        {
            var bytes = (byte[])original.Message.Clone();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            damaged += StoredEvent.Read(bytes, original.Manifest, original.SerializerId, 1) is DamagedEvent ? 1 : 0;
        }

        damaged.ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public async Task A_damaged_first_event_leaves_no_spec_and_everything_else()
    {
        var story = New("a");
        await Write(story.Submit(At(0)), story.Assign(At(1)), story.Complete(At(2), "1"));
        Tamper("UPDATE journal SET message = @value WHERE sequence_number IN (1, 3)", ("@value", new byte[] { 0xFF, 0x00 })).ShouldBe(2);

        (await Store.Read.SpecAsync(story.Id)).ShouldBeNull();
        (await Store.Read.ResultAsync(story.Id)).ShouldBeNull();
        Shape(await Store.Read.FindAsync(story.Id)).ShouldBe(Shape(Expected.Row(story)));
    }
}
