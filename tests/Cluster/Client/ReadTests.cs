using System.Security.Cryptography;
using Muster.Client;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Client;

/// <summary>Lists, histories, files, logs and events, read with the library.</summary>
public sealed class ReadTests(TestClusterFixture fixture) : TestClusterTest(fixture), IClassFixture<TestClusterFixture>
{
    [Fact]
    public async Task A_list_has_all_that_match_the_newest_first_whatever_the_size_of_its_pages()
    {
        var ids = (await Client.SubmitManyAsync(Enumerable.Range(0, 57).Select(n => In("f", n) with { Id = $"{Queue}-{n}" }))).Select(o => o.Id).ToList();
        foreach (var size in new[] { 1, 10, 57, 100, 1000 })
        {
            var listed = await Client.ListAsync(new ProcessFilter { Queue = Queue }, size).AllAsync();
            listed.Select(p => p.Id).Order().ShouldBe(ids.Order(), $"in pages of {size}");
            listed.Select(p => p.CreatedAt).ShouldBe(listed.Select(p => p.CreatedAt).OrderDescending());
        }

        (await Should.ThrowAsync<MusterException>(() => Client.ListAsync(pageSize: 1001).AllAsync())).Field.ShouldBe("limit");
    }

    [Fact]
    public async Task Every_filter_leaves_only_what_it_says()
    {
        var labels = new Dictionary<string, string> { ["album"] = "a=b&c", ["size"] = "größe" };
        var one = await Client.SubmitAsync(In("first") with { Name = "the one", Labels = labels });
        await Client.SubmitAsync(In("second") with { Labels = new Dictionary<string, string> { ["album"] = "a=b&c" } });
        var gone = await Client.SubmitAsync(In("second"));
        await Client.CancelAsync(gone.Id);

        var here = new ProcessFilter { Queue = Queue };
        (await IdsAsync(here with { Func = "first" })).ShouldBe([one.Id]);
        (await IdsAsync(here with { Name = "the one" })).ShouldBe([one.Id]);
        (await IdsAsync(here with { Labels = labels })).ShouldBe([one.Id]);
        (await IdsAsync(here with { Statuses = [ProcessStatus.Cancelled, ProcessStatus.Running] })).ShouldBe([gone.Id]);
        (await IdsAsync(here with { Executor = "nobody" })).ShouldBeEmpty();
        (await IdsAsync(here with { CreatedAfter = gone.CreatedAt.AddHours(1) })).ShouldBeEmpty();
        (await IdsAsync(here with { CreatedBefore = gone.CreatedAt.AddHours(1) })).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_history_has_every_transition_with_its_reason()
    {
        var retry = new RetryPolicy { Kind = RetryKind.Fixed, Delay = TimeSpan.Zero };
        var id = (await Client.SubmitAsync(new Submission { Func = "until", Args = [System.Text.Json.JsonSerializer.SerializeToElement(2)], Retry = retry })).Id;
        (await EndAsync(id)).ResultAs<int>().ShouldBe(2);
        var history = await Client.HistoryAsync(id);
        history[0].ShouldSatisfyAllConditions(t => t.Event.ShouldBe("submitted"), t => t.From.ShouldBeNull(), t => t.To.ShouldBe("waiting"));
        history.Where(t => t.Event == "assigned").Select(t => t.Attempt).ShouldBe([1, 2]);
        history.Single(t => t.Event == "attemptEnded").Reason.ShouldNotBeNull().ShouldContain("attempt 1 is too early");
        history[^1].Event.ShouldBe("succeeded");
        history.Select(t => t.At).ShouldBe(history.Select(t => t.At).Order());
    }

    [Fact]
    public async Task Files_come_back_as_they_were_stored()
    {
        var id = (await Client.SubmitAsync(In())).Id;
        var bytes = RandomNumberGenerator.GetBytes(3_000_000);
        using (var content = new MemoryStream(bytes))
        {
            content.Position = 1000;
            await Client.PutFileAsync(id, "part.bin", content);
        }

        using (var text = new MemoryStream("first"u8.ToArray()))
        {
            await Client.PutFileAsync(id, "note.txt", text);
            text.Position = 0;
            await Client.PutFileAsync(id, "empty", new MemoryStream());
        }

        using (var second = new MemoryStream("second"u8.ToArray()))
        {
            await Client.PutFileAsync(id, "note.txt", second);
        }

        var files = await Client.FilesAsync(id);
        files.Select(f => (f.Name, f.Size)).Order().ShouldBe([("empty", 0L), ("note.txt", 6L), ("part.bin", bytes.Length - 1000L)]);
        files.Single(f => f.Name == "part.bin").Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(1000))));
        (await ReadAsync(id, "part.bin")).AsSpan().SequenceEqual(bytes.AsSpan(1000)).ShouldBeTrue();
        (await ReadAsync(id, "note.txt")).ShouldBe("second"u8.ToArray());
        (await ReadAsync(id, "empty")).ShouldBeEmpty();
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.GetFileAsync(id, "missing"));
        (await Should.ThrowAsync<MusterException>(() => Client.PutFileAsync(id, "a/b", new MemoryStream()))).Status.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        await Should.ThrowAsync<ArgumentException>(() => Client.PutFileAsync(id, "..", new MemoryStream()));
    }

    [Fact]
    public async Task Logs_that_are_followed_come_as_they_are_written_and_end_with_the_process()
    {
        var id = (await Client.SubmitAsync(In("write"))).Id;
        var seen = Channel();
        var following = FollowAsync(id, seen);
        var written = new TaskCompletionSource();
        var more = new TaskCompletionSource();
        await using var worker = await WorkAsync(w => w.Handle("write", async context =>
        {
            context.Log("one");
            context.Log("two\nthree", "stdout");
            written.SetResult();
            await more.Task;
            context.Log("four");
            return null;
        }));

        await written.Task.InTimeAsync();
        var lines = new List<ProcessLogLine>();
        while (lines.Count < 3)
        {
            lines.Add(await seen.Reader.ReadAsync().AsTask().InTimeAsync());
        }

        (await Client.GetAsync(id)).Status.ShouldBe(ProcessStatus.Running);
        more.SetResult();
        await following.InTimeAsync();
        lines.AddRange(await seen.Reader.ReadAllAsync().AllAsync());
        lines.Select(l => (l.Attempt, l.Sequence, l.Stream, l.Text)).ShouldBe([(1, 1L, "log", "one"), (1, 2L, "stdout", "two"), (1, 3L, "stdout", "three"), (1, 4L, "log", "four")]);
        (await Client.LogsAsync(id).AllAsync()).ShouldBe(lines);
        (await Client.FollowLogsAsync(id, after: lines[1]).AllAsync()).ShouldBe(lines[2..]);
        (await Client.LogsAsync(id, after: lines[2]).AllAsync()).ShouldBe(lines[3..]);
    }

    [Fact]
    public async Task Logs_of_one_attempt_are_those_of_that_attempt_in_any_number()
    {
        var id = (await Client.SubmitAsync(In("write") with { Retry = new RetryPolicy { Delay = TimeSpan.Zero } })).Id;
        await using var worker = await WorkAsync(w => w.Handle("write", context =>
        {
            for (var n = 0; n < 2_500; n++)
            {
                context.Log($"{context.Attempt}: {n}");
            }

            return context.Attempt == 1 ? throw new InvalidOperationException("once more") : Task.FromResult<System.Text.Json.JsonElement?>(null);
        }));
        (await EndAsync(id)).Attempt.ShouldBe(2);
        var second = await Client.LogsAsync(id, attempt: 2).AllAsync();
        second.Select(l => l.Text).ShouldBe(Enumerable.Range(0, 2_500).Select(n => $"2: {n}"));
        var followed = await Client.FollowLogsAsync(id, attempt: 2).AllAsync();
        followed.ShouldBe(second);
        var all = await Client.LogsAsync(id).AllAsync();
        all.Where(l => l.Stream == "log").Select(l => l.Text).ShouldBe(Enumerable.Range(0, 5_000).Select(n => $"{1 + (n / 2_500)}: {n % 2_500}"));
        all.Single(l => l is { Attempt: 1, Stream: "stderr", Text: var text } && text.Contains("once more", StringComparison.Ordinal)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Events_are_heard_as_they_happen_and_again_after_an_offset()
    {
        var mine = Cluster.CreateClient(Fresh("ns"));
        var first = (await mine.SubmitAsync(In())).Id;
        var heard = Task.Run(() => mine.EventsAsync(after: "0").FirstAsync(4));
        await mine.CancelAsync(first);
        var second = (await mine.SubmitAsync(In())).Id;
        await mine.CancelAsync(second);
        var events = await heard.InTimeAsync();
        events.Select(Told).ShouldBe([$"{first} submitted", $"{first} cancelled", $"{second} submitted", $"{second} cancelled"]);
        events.ShouldAllBe(e => e.Type == "transition");
        (await mine.EventsAsync(after: events[1].Offset).FirstAsync(2)).Select(e => e.Offset).ShouldBe(events.Skip(2).Select(e => e.Offset));
        (await Should.ThrowAsync<MusterException>(() => mine.EventsAsync(after: "nonsense").FirstAsync(1))).Status.ShouldBe(System.Net.HttpStatusCode.BadRequest);
    }

    private static string Told(ProcessEvent told) => $"{told.Content.GetProperty("id").GetString()} {told.Content.GetProperty("transition").GetProperty("event").GetString()}";

    private static System.Threading.Channels.Channel<ProcessLogLine> Channel() => System.Threading.Channels.Channel.CreateUnbounded<ProcessLogLine>();

    private async Task FollowAsync(string id, System.Threading.Channels.Channel<ProcessLogLine> seen)
    {
        await foreach (var line in Client.FollowLogsAsync(id))
        {
            seen.Writer.TryWrite(line);
        }

        seen.Writer.Complete();
    }

    private async Task<IReadOnlyList<string>> IdsAsync(ProcessFilter filter) => [.. (await Client.ListAsync(filter).AllAsync()).Select(p => p.Id)];

    private async Task<byte[]> ReadAsync(string id, string name)
    {
        await using var content = await Client.GetFileAsync(id, name);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
