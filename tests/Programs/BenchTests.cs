using System.Text.Json;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Programs;

/// <summary>The benchmark, small: whether it measures, not what.</summary>
public sealed class BenchTests : IDisposable
{
    private readonly TestFolder _folder = new();

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_scenario_says_what_it_measured_and_loses_and_doubles_nothing()
    {
        var (exit, lines) = await RunAsync("all", "--processes", "30", "--rate", "50", "--seconds", "1", "--runs", "1", "--no-warm-up", "--folder", _folder.Path);

        exit.ShouldBe(0, string.Join('\n', lines));
        var measured = Measured(lines);
        measured.Select(m => m.GetProperty("scenario").GetString()).ShouldBe(["burn-down", "open-loop", "latency", "bulk-submit", "http-workers", "colonies", "colonies-latency", "instances", "memory", "startup", "idle"]);
        measured.ShouldAllBe(m => m.GetProperty("lost").GetInt32() == 0 && m.GetProperty("duplicates").GetInt32() == 0);
        measured.ShouldAllBe(m => m.GetProperty("store").GetString() == "sqlite" && m.GetProperty("fsyncMs").GetDouble() > 0);
        foreach (var (scenario, figure) in ((string, string)[])[("burn-down", "perSecond"), ("open-loop", "p99Ms"), ("latency", "p50Ms"), ("bulk-submit", "perSecond"), ("http-workers", "perSecond"), ("colonies", "perSecond"), ("colonies-latency", "p99Ms"), ("instances", "perSecond"), ("memory", "peakMb"), ("startup", "p50Ms"), ("idle", "cpuSeconds")])
        {
            measured.Single(m => m.GetProperty("scenario").GetString() == scenario).GetProperty(figure).GetDouble().ShouldBeGreaterThan(0, scenario);
        }

        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty("It leaves no files behind.");
    }

    [Fact]
    public async Task Two_nodes_on_PostgreSQL_share_the_work_and_each_says_what_it_ran()
    {
        var (exit, lines) = await RunAsync("burn-down", "--store", "postgres", "--nodes", "2", "--processes", "100", "--runs", "1", "--no-warm-up", "--folder", _folder.Path);

        exit.ShouldBe(0, string.Join('\n', lines));
        var measured = Measured(lines).ShouldHaveSingleItem();
        (measured.GetProperty("lost").GetInt32(), measured.GetProperty("duplicates").GetInt32(), measured.GetProperty("nodes").GetInt32()).ShouldBe((0, 0, 2));
        measured.GetProperty("storeCpuSeconds").GetDouble().ShouldBeGreaterThan(0);
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--runs is 1 to 1000.", "burn-down", "--runs", "0")]
    [InlineData("There is no folder", "burn-down", "--folder", "/nowhere/at/all")]
    [InlineData("Several nodes need", "burn-down", "--store", "memory", "--nodes", "2")]
    [InlineData("--postgres: The address", "burn-down", "--store", "postgres", "--postgres", "host without sense")]
    [InlineData("--postgres: Failed to connect", "burn-down", "--store", "postgres", "--postgres", "postgres://nobody@127.0.0.1:1/none")]
    [InlineData("Name another disk", "bulk-submit", "--processes", "10000000", "--payload", "1000000")]
    [InlineData("burn-up", "burn-up")]
    public async Task What_cannot_be_measured_is_said_in_one_line(string said, params string[] arguments)
    {
        var (exit, lines) = await RunAsync(arguments);

        exit.ShouldBe(2, string.Join('\n', lines));
        lines.Count(l => l.Contains(said, StringComparison.Ordinal)).ShouldBe(1, string.Join('\n', lines));
    }

    private static List<JsonElement> Measured(IEnumerable<string> lines) => [.. lines.Where(l => l.StartsWith('{')).Select(l => JsonElement.Parse(l))];

    private async Task<(int Exit, IReadOnlyList<string> Lines)> RunAsync(params string[] arguments)
    {
        await using var bench = ProgramProcess.StartBeside(_folder.Path, "Muster.Bench.dll", arguments);
        var exit = await bench.ExitAsync(seconds: 120);
        return (exit, bench.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
