using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Muster.Messages.Processes;
using Muster.Runtime.Pool;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

public sealed class LogShipperTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly List<ImmutableArray<LogLine>> _sent = [];
    private readonly TaskCompletionSource _taking = new();
    private readonly LogShipper _shipper;

    public LogShipperTests() => _shipper = new LogShipper(
        async lines =>
        {
            await _taking.Task;
            _sent.Add(lines);
            return true;
        },
        new FakeTimeProvider());

    [Theory]
    [InlineData('x')]
    [InlineData('ä')]
    [InlineData('漢')]
    public async Task A_long_line_is_split_at_16_KiB(char letter)
    {
        var text = new string(letter, 50_000);
        _shipper.Add(text, "log");

        var lines = await TakenAsync();

        string.Concat(lines.Select(l => l.Text)).ShouldBe(text);
        lines.ShouldAllBe(l => Encoding.UTF8.GetByteCount(l.Text) <= LogShipper.LineLimit);
        lines.Select(l => l.Sequence).ShouldBe(Enumerable.Range(1, lines.Count).Select(i => (long)i));
    }

    [Fact]
    public async Task A_split_cuts_no_character()
    {
        var text = "x" + string.Concat(Enumerable.Repeat("😀", 10_000));
        _shipper.Add(text, "log");

        var lines = await TakenAsync();

        lines.Count.ShouldBeGreaterThan(1);
        lines.ShouldAllBe(l => !l.Text.Contains('\uFFFD') && !char.IsHighSurrogate(l.Text.Last()));
        string.Concat(lines.Select(l => l.Text)).ShouldBe(text);
    }

    [Fact]
    public async Task A_portion_has_at_most_256_lines_and_64_KiB()
    {
        foreach (var i in Enumerable.Range(0, 1_000))
        {
            _shipper.Add(new string('x', i), "log");
        }

        await TakenAsync();

        _sent.ShouldAllBe(p => p.Length <= 256 && p.Sum(l => l.Text.Length) <= 64 * 1024);
        _sent.SelectMany(p => p).Select(l => l.Sequence).ShouldBe(Enumerable.Range(1, 1_000).Select(i => (long)i));
    }

    [Fact]
    public async Task A_writer_that_waits_for_room_loses_nothing()
    {
        var written = 0;
        var writing = Task.Run(async () =>
        {
            for (; written < 5_000; written++)
            {
                _shipper.Add(new string('x', 1_000), "log");
                await _shipper.WhenRoomAsync(CancellationToken.None);
            }
        });
        await Until.TrueAsync(() => written > 900, "the buffer is full");
        writing.IsCompleted.ShouldBeFalse();

        _taking.SetResult();
        await writing;

        (await TakenAsync()).Count.ShouldBe(5_000);
    }

    [Fact]
    public async Task A_writer_that_does_not_wait_is_told_what_was_left_out()
    {
        foreach (var _ in Enumerable.Range(0, 10_000))
        {
            _shipper.Add(new string('x', 1_000), "log");
        }

        var lines = await TakenAsync();

        var kept = lines.Count - 1;
        kept.ShouldBeInRange(3_000, 5_000);
        lines[^1].Text.ShouldStartWith($"[{10_000 - kept} log lines were left out");
    }

    [Fact]
    public async Task Nothing_is_sent_after_the_attempt_is_over()
    {
        var asked = 0;
        var shipper = new LogShipper(
            _ =>
            {
                asked++;
                return Task.FromResult(false);
            },
            new FakeTimeProvider());
        shipper.Add("one", "log");
        await shipper.EndAsync(Long);
        shipper.Add("two", "log");
        shipper.Look();

        (await shipper.EndAsync(Long)).ShouldBe(0);
        asked.ShouldBe(1);
    }

    private async Task<List<LogLine>> TakenAsync()
    {
        _taking.TrySetResult();
        (await _shipper.EndAsync(Long)).ShouldBe(0);
        return [.. _sent.SelectMany(p => p)];
    }
}
