using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Muster.Client.Handlers;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Runtime;
using Muster.Runtime.Dotnet;
using Muster.Runtime.Samples;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

public sealed class SampleHandlersTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("muster-samples-").FullName;
    private readonly WorkRoot _work = new(Path.GetTempPath());
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeChannel _channel = new();
    private readonly CancellationTokenSource _cancel = new();

    public SampleHandlersTests()
    {
        Write("a.txt", "one two\nTwo three\n");
        Write("deep/b.txt", "three THREE\n");
        Write("deep/c.bin", "x");
        Write("obj/d.txt", "left out");
        Write(".hidden/e.txt", "left out");
    }

    public void Dispose()
    {
        _cancel.Dispose();
        _work.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Checksum_counts_files_and_bytes_and_chains_their_digests()
    {
        var result = await ResultAsync("files.checksum", """{"pattern": "*.txt"}""");

        result.GetProperty("count").GetInt32().ShouldBe(2);
        result.GetProperty("bytes").GetInt64().ShouldBe(30);
        var first = Hash($"{Hash("one two\nTwo three\n")}  a.txt\n");
        result.GetProperty("digest").GetString().ShouldBe(Hash($"{first}{Hash("three THREE\n")}  deep/b.txt\n"));
    }

    [Fact]
    public async Task Checksum_goes_on_from_its_checkpoint_with_the_same_result()
    {
        foreach (var i in Enumerable.Range(0, 600))
        {
            Write($"many/{i:000}", $"file {i}");
        }

        var whole = await ResultAsync("files.checksum", """{"directory": "many"}""");
        var checkpoint = _channel.Checkpoints.ShouldHaveSingleItem();
        checkpoint.GetProperty("done").GetInt32().ShouldBe(500);
        // What was done before is not read again.
        Write("many/000", "changed");

        var resumed = await ResultAsync("files.checksum", """{"directory": "many"}""", checkpoint: checkpoint);

        resumed.GetRawText().ShouldBe(whole.GetRawText());
    }

    [Fact]
    public async Task Zip_puts_all_files_into_an_archive_in_the_working_folder()
    {
        var request = Request("files.compress", """{"pattern": "*.txt"}""");

        var result = (await RunAsync(request)).ShouldBeOfType<RunOutcome.Completed>().Result!.Value;

        var path = Path.Combine(request.Folder.Path, "archive.zip");
        result.GetProperty("count").GetInt32().ShouldBe(2);
        result.GetProperty("bytes").GetInt64().ShouldBe(30);
        result.GetProperty("compressed").GetInt64().ShouldBe(new FileInfo(path).Length);
        using var archive = await ZipFile.OpenReadAsync(path);
        archive.Entries.Select(e => (e.FullName, e.Length)).ShouldBe([("a.txt", 18), ("deep/b.txt", 12)]);
    }

    [Fact]
    public async Task Gzip_packs_each_file_into_the_working_folder()
    {
        Write("big.txt", new string('x', 100_000));
        var request = Request("files.compress", """{"pattern": "big.txt", "format": "gzip"}""");

        var result = (await RunAsync(request)).ShouldBeOfType<RunOutcome.Completed>().Result!.Value;

        result.GetProperty("ratio").GetDouble().ShouldBeLessThan(0.1);
        Directory.GetFiles(request.Folder.Path).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Text_is_counted_in_lines_words_and_bytes()
    {
        var result = await ResultAsync("text.count", """{"pattern": "*.txt", "top": 2}""");

        result.GetProperty("lines").GetInt64().ShouldBe(3);
        result.GetProperty("words").GetInt64().ShouldBe(6);
        result.GetProperty("bytes").GetInt64().ShouldBe(30);
        result.GetProperty("top").EnumerateArray().Select(w => (w.GetProperty("word").GetString(), w.GetProperty("count").GetInt64()))
            .ShouldBe([("three", 3), ("two", 2)]);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("deep/../..")]
    [InlineData("/etc")]
    [InlineData("link")]
    [InlineData("link/under")]
    public async Task No_path_leaves_the_root(string directory)
    {
        var outside = Directory.CreateTempSubdirectory("muster-outside-").FullName;
        Directory.CreateDirectory(Path.Combine(outside, "under"));
        File.CreateSymbolicLink(Path.Combine(_root, "link"), outside);

        var failed = (await RunAsync(Request("files.checksum", $$"""{"directory": "{{directory}}"}"""))).ShouldBeOfType<RunOutcome.Failed>();

        failed.Retryable.ShouldBeFalse();
        failed.Error.ShouldContain("outside");
        Directory.Delete(outside, recursive: true);
    }

    [Fact]
    public async Task Links_inside_the_root_are_not_followed()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "passwd.txt"), "/etc/passwd");

        (await ResultAsync("files.checksum", """{"pattern": "*.txt"}""")).GetProperty("count").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Paths_outside_are_read_when_that_is_allowed()
    {
        var other = Directory.CreateTempSubdirectory("muster-outside-").FullName;
        await File.WriteAllTextAsync(Path.Combine(other, "f"), "x");

        var outcome = await RunAsync(Request("files.checksum", $$"""{"directory": "{{other}}"}"""), new SampleOptions { Root = _root, AbsolutePathsAllowed = true });

        outcome.ShouldBeOfType<RunOutcome.Completed>().Result!.Value.GetProperty("count").GetInt32().ShouldBe(1);
        Directory.Delete(other, recursive: true);
    }

    [Fact]
    public async Task Sleep_takes_its_time_and_says_how_far_it_is()
    {
        var start = _clock.GetTimestamp();
        var run = RunAsync(Request("sleep", """{"seconds": 3600}"""));

        await Until.TrueAsync(() => Passed(_channel.Progresses.Count >= 3, TimeSpan.FromMilliseconds(100)), "it said how far it is");
        _channel.Progresses.Select(p => p.Fraction!.Value).ShouldBeInOrder();
        run.IsCompleted.ShouldBeFalse();

        await Until.TrueAsync(() => Passed(run.IsCompleted, TimeSpan.FromMinutes(1)), "it woke up");
        _clock.GetElapsedTime(start).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromHours(1));
        (await run).ShouldBeOfType<RunOutcome.Completed>().Result!.Value.GetProperty("slept").GetDouble().ShouldBe(3600);
    }

    [Fact]
    public async Task Sleep_hears_its_cancellation()
    {
        var run = RunAsync(Request("sleep", """{"seconds": 60}"""));
        await Until.TrueAsync(() => _channel.Progresses.Count > 0, "it sleeps");

        await _cancel.CancelAsync();

        (await run).ShouldBeOfType<RunOutcome.Cancelled>();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"seconds": -1}""")]
    [InlineData("""{"seconds": "3"}""")]
    public async Task Sleep_refuses_what_is_no_time(string kwargs) =>
        (await RunAsync(Request("sleep", kwargs))).ShouldBeOfType<RunOutcome.Failed>().Retryable.ShouldBeFalse();

    [Fact]
    public async Task Fail_until_fails_before_its_attempt_and_succeeds_then()
    {
        var request = Request("fail.until", """{"attempt": 3}""");

        (await RunAsync(request with { Attempt = 2 })).ShouldBeOfType<RunOutcome.Failed>().Retryable.ShouldBeTrue();
        (await RunAsync(request with { Attempt = 3 })).ShouldBeOfType<RunOutcome.Completed>();
    }

    [Fact]
    public async Task Echo_returns_its_input_or_its_arguments()
    {
        var request = Request("echo", """{"a": 1}""");

        Raw(await RunAsync(request)).ShouldBe("""{"a":1}""");
        Raw(await RunAsync(request with { Spec = request.Spec with { Input = Json("[7]") } })).ShouldBe("[7]");
    }

    [Theory]
    [InlineData("""[{"a": 1, "b": [1]}, {"a": 2, "b": [2], "c": "x"}, {"c": "y"}]""", """{"a":3,"b":[1,2],"c":"xy"}""")]
    [InlineData("[1, 2.5]", "3.5")]
    [InlineData("[null, true]", "true")]
    public async Task Merge_combines_its_arguments(string args, string merged)
    {
        var request = Request("merge", "{}");

        Raw(await RunAsync(request with { Spec = request.Spec with { Args = [.. Json(args).EnumerateArray()] } })).ShouldBe(merged);
    }

    private static string? Raw(RunOutcome outcome) => outcome.ShouldBeOfType<RunOutcome.Completed>().Result?.GetRawText();

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // Lets time pass as long as something is not so.
    private bool Passed(bool so, TimeSpan step)
    {
        if (!so)
        {
            _clock.Advance(step);
        }

        return so;
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private RunRequest Request(string func, string kwargs, JsonElement? checkpoint = null)
    {
        var process = new ProcessId("default", "p");
        var spec = new ProcessSpec { Queue = "default", Func = func };
        return new RunRequest
        {
            Process = process,
            Attempt = 1,
            Spec = spec with { Kwargs = spec.Kwargs.AddRange(Json(kwargs).EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value))) },
            Checkpoint = checkpoint,
            Folder = _work.For(process, 1),
        };
    }

    private Task<RunOutcome> RunAsync(RunRequest request, SampleOptions? options = null) =>
        new DotnetRuntime(new HandlerRegistry().AddSamples(options ?? new SampleOptions { Root = _root }, _clock), _clock).RunAsync(request, _channel, _cancel.Token);

    private async Task<JsonElement> ResultAsync(string func, string kwargs, JsonElement? checkpoint = null) =>
        (await RunAsync(Request(func, kwargs, checkpoint))).ShouldBeOfType<RunOutcome.Completed>().Result!.Value;
}
