using System.Globalization;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Simulation;

/// <summary>Whole histories of a small cluster under faults, each made by its seed alone.</summary>
public sealed class SimulationTests
{
    private const int Seeds = 500;
    private const int CalmSeeds = 100;

    /// <summary>A broken rule breaks many seeds; the first few are enough to see which kind they are.</summary>
    private const int Shown = 10;

    [Fact]
    public void Whatever_is_lost_repeated_or_crashes_no_invariant_breaks()
    {
        if (Setting("MUSTER_SIMULATION_SEED") is { } one)
        {
            Report([Play(one, Console.Out)]);
            return;
        }

        Report(Enumerable.Range(1, Setting("MUSTER_SIMULATION_SEEDS") ?? Seeds).Select(seed => Play(seed)).Where(f => f is not null).Take(Shown));
    }

    [Fact]
    public void Where_nothing_goes_wrong_every_attempt_reaches_who_asked_for_it()
    {
        for (var seed = 1; seed <= CalmSeeds; seed++)
        {
            var calm = new Simulation(seed) { Calm = true };
            calm.Run();
            calm.Witness.Undelivered.ShouldBe(0, $"Seed {seed}:\n{calm.Trace}");
        }
    }

    [Fact]
    public void A_seed_makes_the_same_history_again()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            History(seed).ShouldBe(History(seed));
        }
    }

    // The first failure with all that is known of it, of the others one line.
    private static void Report(IEnumerable<string?> failures)
    {
        var lines = failures.OfType<string>().Select((f, i) => i == 0 ? f : f.Split('\n')[0]).ToList();
        if (lines.Count > 0)
        {
            Assert.Fail(string.Join('\n', lines));
        }
    }

    // What broke; null when nothing did.
    private static string? Play(int seed, TextWriter? log = null)
    {
        var simulation = new Simulation(seed, log);
        try
        {
            simulation.Run();
            return null;
        }
        catch (BrokenInvariantException e)
        {
            return Told(e.Message);
        }
        catch (Exception e)
        {
            return Told(e.ToString());
        }

        string Told(string what) =>
            $"""
            Seed {seed}: {what}
            The last steps, in seconds since the start:
            {simulation.Trace}
            To repeat it, with all steps:
              MUSTER_SIMULATION_SEED={seed} dotnet test tests/Unit -c Release --filter {nameof(SimulationTests)} --logger "console;verbosity=detailed"
            """;
    }

    private static string History(int seed)
    {
        using var log = new StringWriter(CultureInfo.InvariantCulture);
        new Simulation(seed, log).Run();
        return log.ToString();
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
