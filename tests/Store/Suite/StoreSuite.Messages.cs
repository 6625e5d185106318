using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task Messages_of_an_executor_are_read_whichever_process_they_are_of()
    {
        await WriteMessages();

        (await Texts(new() { Namespace = "n", Executor = "w1", Limit = 10 })).ShouldBe(["one", "alone", "two"]);
        (await Texts(new() { Namespace = "n", Executor = "w1", Limit = 2 })).ShouldBe(["one", "alone"]);
        (await Texts(new() { Namespace = "n", Executor = "w1", Limit = 2, Last = true })).ShouldBe(["alone", "two"]);
        (await Texts(new() { Namespace = "n", Executor = "w1", After = Time(2), Limit = 10 })).ShouldBe(["alone", "two"], "One was written at that time, not after it.");
        (await Texts(new() { Namespace = "n", Executor = "nobody", Limit = 10 })).ShouldBeEmpty();

        var alone = (await Store.Read.MessagesAsync(new() { Namespace = "n", Executor = "w1", After = Time(2), Limit = 1 }))[0];
        alone.ShouldBe(new MessageRow(null, 0, "w1", Time(3), "alone"));
    }

    [Fact]
    public async Task Messages_of_a_process_stand_among_the_output_of_its_commands()
    {
        await WriteMessages();

        var all = await Store.Read.MessagesAsync(new() { Namespace = "n", Process = "a", Limit = 10 });
        all.ShouldBe(
        [
            new("a", 1, null, Time(1), "output"), new("a", 1, "w1", Time(2), "one"), new("a", 1, "w1", Time(4), "two"), new("a", 2, null, Time(5), "more output"),
            new("a", 2, "w2", Time(6), "Three"),
        ]);
        (await Texts(new() { Namespace = "n", Process = "a", After = Time(4), Limit = 10 })).ShouldBe(["more output", "Three"]);
        (await Texts(new() { Namespace = "n", Process = "a", Last = true, Limit = 2 })).ShouldBe(["more output", "Three"]);
        (await Store.Read.LogsAsync(new("n", "a"), 0, -1, 10)).Select(r => r.Line.Text).ShouldBe(["output", "one", "two", "more output", "Three"]);
    }

    [Fact]
    public async Task Messages_are_found_by_what_stands_in_them()
    {
        await WriteMessages();

        (await Texts(new() { Namespace = "n", Text = "o", Limit = 10 })).ShouldBe(["one", "alone", "two"], "Not the output of commands, nor what others wrote.");
        (await Texts(new() { Namespace = "n", Text = "th", Limit = 10 })).ShouldBeEmpty("Letter by letter.");
        (await Texts(new() { Namespace = "n", Text = "%", Limit = 10 })).ShouldBeEmpty("No letter stands for others.");
        (await Texts(new() { Namespace = "n", Text = "e", After = Time(2), Last = true, Limit = 1 })).ShouldBe(["Three"]);
    }

    [Fact]
    public async Task Old_messages_of_no_process_are_removed_and_the_others_go_with_their_process()
    {
        await WriteMessages();
        await Store.Rows.AppendLogAsync("n", "w1", new LogLine(Time(9), At(9), "log", "later"));

        (await Store.Rows.RemoveMessagesAsync(null, At(3), 10)).ShouldBe(0);
        (await Store.Rows.RemoveMessagesAsync("other", At(100), 10)).ShouldBe(1);
        (await Store.Rows.RemoveMessagesAsync(null, At(100), 1)).ShouldBe(1);
        (await Texts(new() { Namespace = "n", Executor = "w1", Limit = 10 })).ShouldBe(["one", "two", "later"]);
        (await Store.Rows.RemoveMessagesAsync("n", At(100), 10)).ShouldBe(1);
        (await Texts(new() { Namespace = "n", Executor = "w1", Limit = 10 })).ShouldBe(["one", "two"]);
    }

    private async Task WriteMessages()
    {
        ProcessId a = new("n", "a");
        await Store.Rows.AppendLogAsync(a, 1, [new LogLine(1, At(1), "stdout", "output")]);
        await Store.Rows.AppendLogAsync(a, 1, [new LogLine(Time(2), At(2), "log", "one")], "w1");
        await Store.Rows.AppendLogAsync("n", "w1", new LogLine(Time(3), At(3), "log", "alone"));
        await Store.Rows.AppendLogAsync(a, 1, [new LogLine(Time(4), At(4), "log", "two")], "w1");
        await Store.Rows.AppendLogAsync(a, 2, [new LogLine(1, At(5), "stdout", "more output")]);
        await Store.Rows.AppendLogAsync(a, 2, [new LogLine(Time(6), At(6), "log", "Three")], "w2");
        await Store.Rows.AppendLogAsync("other", "w1", new LogLine(Time(3), At(3), "log", "theirs, one of them"));
    }

    private static long Time(int second) => At(second).ToUnixTimeMilliseconds() * 1_000_000;

    private async Task<IEnumerable<string>> Texts(MessageFilter filter) => (await Store.Read.MessagesAsync(filter)).Select(m => m.Text);
}
