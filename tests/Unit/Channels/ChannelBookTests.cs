using Muster.Engine.Channels;
using Muster.Messages;
using Muster.Messages.Channels;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Channels;

public sealed class ChannelBookTests
{
    private static readonly ProcessId Process = new("default", "p");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ChannelMemory _memory = new(64 * 1024 * 1024);
    private readonly ChannelBook _book;
    private TimeSpan _now;

    public ChannelBookTests() => _book = new ChannelBook(Process, ["talk", "other"], "life", _memory);

    [Fact]
    public void Entries_of_a_sender_stand_in_its_order_and_those_of_several_as_they_came()
    {
        Say("a", 1);
        Say("b", 7);
        Say("a", 3);
        Say("b", 5);
        Say("a", 2);

        Log().Select(Told).ShouldBe(["a1", "b5", "b7", "a2", "a3"]);
        Log(asTheyCame: true).Select(Told).ShouldBe(["a1", "b7", "a3", "b5", "a2"]);
        Log(asTheyCame: true).Select(e => e.Number).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public void In_any_order_of_arrival_each_sender_reads_in_its_own()
    {
        var chance = new Random(11);
        for (var round = 0; round < 100; round++)
        {
            var book = new ChannelBook(Process, ["talk"], "life", _memory);
            var entries = (from sender in new[] { "a", "b", "c" } from sequence in Enumerable.Range(1, 20) select (sender, sequence)).ToArray();
            chance.Shuffle(entries);
            foreach (var (sender, sequence) in entries)
            {
                book.Append(Entry(sender, sequence), Noon, TimeSpan.Zero).ShouldBeOfType<ChannelReply.Appended>();
            }

            var log = Read(book, new ChannelCommand.Read { Process = Process, Name = "talk" });
            log.Count.ShouldBe(60);
            log.GroupBy(e => e.Sender).ShouldAllBe(g => g.Select(e => e.Sequence).SequenceEqual(g.Select(e => e.Sequence).Order()));
            book.Clear();
        }
    }

    [Fact]
    public void The_same_sender_and_sequence_again_change_nothing()
    {
        Say("a", 1, "first");
        _book.Append(Entry("a", 1, "second"), Noon, _now).ShouldBeOfType<ChannelReply.Appended>().Repeated.ShouldBeTrue();

        Log().ShouldHaveSingleItem().Payload.ToArray().ShouldBe("first"u8.ToArray());
        _book.Append(Entry("b", 1), Noon, _now).ShouldBeOfType<ChannelReply.Appended>().Repeated.ShouldBeFalse();
        _book.Append(Entry("a", 1) with { Name = "other" }, Noon, _now).ShouldBeOfType<ChannelReply.Appended>().Repeated.ShouldBeFalse();
    }

    [Fact]
    public void After_is_a_place_in_the_log_and_a_limit_of_0_is_none()
    {
        for (var i = 1; i <= 5; i++)
        {
            Say("a", i * 10);
        }

        Read(_book, new ChannelCommand.Read { Process = Process, Name = "talk", After = 2 }).Select(Told).ShouldBe(["a30", "a40", "a50"]);
        Read(_book, new ChannelCommand.Read { Process = Process, Name = "talk", After = 1, Limit = 2 }).Select(Told).ShouldBe(["a20", "a30"]);
        Read(_book, new ChannelCommand.Read { Process = Process, Name = "talk", After = 5 }).ShouldBeEmpty();
        Read(_book, new ChannelCommand.Read { Process = Process, Name = "talk", After = 99 }).ShouldBeEmpty();
        Refused(_book.Read(new ChannelCommand.Read { Process = Process, Name = "talk", After = -1 })).ShouldBe(Problem.Invalid);
    }

    [Fact]
    public void A_channel_that_the_spec_does_not_name_is_none()
    {
        Refused(_book.Append(Entry("a", 1) with { Name = "gossip" }, Noon, _now)).ShouldBe(Problem.NotFound);
        Refused(_book.Read(new ChannelCommand.Read { Process = Process, Name = "gossip" })).ShouldBe(Problem.NotFound);
        Refused(_book.Follow("gossip")).ShouldBe(Problem.NotFound);
    }

    [Fact]
    public void A_burst_is_taken_and_then_so_many_a_second()
    {
        for (var i = 1; i <= ChannelLimits.Burst; i++)
        {
            Say("a", i);
        }

        Refused(_book.Append(Entry("a", 1_000), Noon, _now)).ShouldBe(Problem.TooMuch);
        _book.Append(Entry("a", 1), Noon, _now).ShouldBeOfType<ChannelReply.Appended>().Repeated.ShouldBeTrue("a repetition is nothing new");
        _now += TimeSpan.FromMilliseconds(100);
        for (var i = 0; i < ChannelLimits.PerSecond / 10; i++)
        {
            Say("b", i);
        }

        Refused(_book.Append(Entry("b", 1_000) with { Name = "other" }, Noon, _now)).ShouldBe(Problem.TooMuch, "the channels of a process share it");
    }

    [Fact]
    public void A_channel_takes_only_so_many_entries()
    {
        for (var i = 1; i <= ChannelLimits.Entries; i++)
        {
            _now += TimeSpan.FromMilliseconds(10);
            Say("a", i);
        }

        _now += TimeSpan.FromSeconds(1);
        Refused(_book.Append(Entry("b", 1), Noon, _now)).ShouldBe(Problem.Conflict);
        _book.Append(Entry("b", 1) with { Name = "other" }, Noon, _now).ShouldBeOfType<ChannelReply.Appended>();
        Log().Count.ShouldBe(ChannelLimits.Entries);
    }

    [Fact]
    public void What_the_node_cannot_hold_is_refused_as_busy_and_what_has_ended_makes_room()
    {
        var memory = new ChannelMemory(10_000);
        var first = new ChannelBook(Process, ["talk"], "life", memory);
        var second = new ChannelBook(Process, ["talk"], "life", memory);
        first.Append(Entry("a", 1) with { Payload = new byte[8_000] }, Noon, _now).ShouldBeOfType<ChannelReply.Appended>();

        Refused(second.Append(Entry("a", 1) with { Payload = new byte[8_000] }, Noon, _now)).ShouldBe(Problem.Busy);
        first.Clear();
        first.IsEmpty.ShouldBeTrue();
        second.Append(Entry("a", 1) with { Payload = new byte[8_000] }, Noon, _now).ShouldBeOfType<ChannelReply.Appended>();
        second.Clear();
        memory.Taken.ShouldBe(0);
    }

    [Fact]
    public void A_payload_in_pieces_is_one_entry_when_the_last_has_come()
    {
        var payload = Bytes(2_500);
        foreach (var offset in new[] { 0, 1_000, 1_000, 2_000 })
        {
            Log().ShouldBeEmpty();
            Piece(1, payload, offset).ShouldBeOfType<ChannelReply.Appended>();
        }

        Log().ShouldHaveSingleItem().Payload.ToArray().ShouldBe(payload);
        Piece(1, payload, 2_000).ShouldBeOfType<ChannelReply.Appended>().Repeated.ShouldBeTrue();
    }

    [Fact]
    public void Pieces_whose_beginning_is_lost_are_sent_again_from_there()
    {
        var payload = Bytes(2_500);
        Refused(Piece(1, payload, 1_000)).ShouldBe(Problem.Busy);
        Piece(1, payload, 0);
        Refused(Piece(1, payload, 2_000)).ShouldBe(Problem.Busy);
        Log().ShouldBeEmpty();
    }

    [Fact]
    public void What_a_sender_left_unfinished_holds_no_memory_when_it_writes_on()
    {
        Piece(1, Bytes(2_500), 0);
        var held = _memory.Taken;
        Piece(2, Bytes(2_500), 0);
        _memory.Taken.ShouldBe(held);
        _book.Clear();
        _memory.Taken.ShouldBe(0);
    }

    [Theory]
    [InlineData("", "data", 1, 0L, null)]
    [InlineData("a", "", 1, 0L, null)]
    [InlineData("a", "data", 1, 0L, 10L * 1024 * 1024 + 1)]
    [InlineData("a", "data", 5, 6L, 10L)]
    [InlineData("a", "data", 5, -1L, 10L)]
    [InlineData("a", "data", 0, 0L, 10L)]
    [InlineData("a", "data", 5, 0L, -1L)]
    public void A_wrong_entry_is_refused(string sender, string type, int bytes, long offset, long? length) =>
        Refused(_book.Append(Entry(sender, 1) with { Type = type, Payload = new byte[bytes], Offset = offset, Length = length }, Noon, _now)).ShouldBe(Problem.Invalid);

    [Fact]
    public void Long_entries_are_read_in_messages_that_fit_and_come_back_whole()
    {
        int[] lengths = [10, 0, ChannelLimits.Piece, (3 * ChannelLimits.Piece) + 5, 10, 700_000, 700_000, 1];
        for (var i = 0; i < lengths.Length; i++)
        {
            Say("a", i, Bytes(lengths[i]));
        }

        for (var limit = 0; limit <= lengths.Length; limit++)
        {
            var read = Read(_book, new ChannelCommand.Read { Process = Process, Name = "talk", After = 1, Limit = limit });
            read.Select(e => e.Payload.Length).ShouldBe(lengths.Skip(1).Take(limit == 0 ? 100 : limit));
            foreach (var entry in read)
            {
                entry.Payload.Span.SequenceEqual(Bytes(entry.Payload.Length)).ShouldBeTrue();
            }
        }
    }

    // As the gate does it.
    private static List<ChannelEntry> Read(ChannelBook book, ChannelCommand.Read question)
    {
        var read = new List<ChannelEntry>();
        var next = question;
        while (true)
        {
            var page = book.Read(next).ShouldBeOfType<ChannelReply.Entries>();
            page.Items.Sum(e => e.Payload.Length).ShouldBeLessThanOrEqualTo(ChannelLimits.Piece);
            ChannelPage.TryAdd(read, next.Offset, page.Items).ShouldBeTrue();
            if (page.NextAfter is not { } after)
            {
                return read;
            }

            next = question with { After = after, Offset = page.NextOffset, Limit = question.Limit == 0 ? 0 : question.Limit - (read.Count - (page.NextOffset > 0 ? 1 : 0)) };
        }
    }

    private static ChannelCommand.Append Entry(string sender, long sequence, string text = "x") =>
        new() { Process = Process, Name = "talk", Sender = sender, Sequence = sequence, Payload = System.Text.Encoding.UTF8.GetBytes(text) };

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];

    private static string Told(ChannelEntry entry) => $"{entry.Sender}{entry.Sequence}";

    private static Problem Refused(ChannelReply reply) => reply.ShouldBeOfType<ChannelReply.Refused>().Problem;

    private List<ChannelEntry> Log(bool asTheyCame = false) => Read(_book, new ChannelCommand.Read { Process = Process, Name = "talk", AsTheyCame = asTheyCame });

    private void Say(string sender, long sequence, string text = "x") => _book.Append(Entry(sender, sequence, text), Noon, _now).ShouldBeOfType<ChannelReply.Appended>();

    private void Say(string sender, long sequence, byte[] payload) => _book.Append(Entry(sender, sequence) with { Payload = payload }, Noon, _now).ShouldBeOfType<ChannelReply.Appended>();

    private ChannelReply Piece(long sequence, byte[] payload, int offset) =>
        _book.Append(Entry("a", sequence) with { Payload = payload.AsMemory(offset, Math.Min(1_000, payload.Length - offset)), Offset = offset, Length = payload.Length }, Noon, _now);
}
