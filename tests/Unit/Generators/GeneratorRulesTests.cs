using System.Text.Json;
using CsCheck;
using Muster.Engine.Generators.Rules;
using Muster.Messages;
using Muster.Messages.Generators;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Generators;

/// <summary>What a generator does.</summary>
public sealed class GeneratorRulesTests
{
    private static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly GeneratorId Id = new("default", "g");

    private int _commands;

    [Fact]
    public void Each_count_of_arguments_makes_a_run_of_the_oldest()
    {
        var state = Made(3);
        Pack(state, T0, 1, 2);
        Runs(state, T0).ShouldBeEmpty();
        Pack(state, T0, 3, 4, 5, 6, 7);
        Runs(state, T0).ShouldBe(["1 2 3", "4 5 6"]);
        (state.Progress.Waiting, state.Progress.LastRun, state.Progress.Pending).ShouldBe((1, 2, 2));
    }

    [Fact]
    public void What_is_there_runs_when_the_time_is_over_and_not_before()
    {
        var state = Made(3, TimeSpan.FromMinutes(1));
        state.Progress.NextAt.ShouldBeNull();
        Pack(state, T0, 1);
        Pack(state, T0.AddSeconds(50), 2);
        Runs(state, T0.AddSeconds(60).AddMilliseconds(-1)).ShouldBeEmpty();
        Runs(state, T0.AddSeconds(60)).ShouldBe(["1 2"]);
        Pack(state, T0.AddSeconds(70), 3);
        state.Progress.NextAt.ShouldBe(T0.AddSeconds(130), "from the first that waits");
        Pack(state, T0.AddSeconds(80), 4, 5, 6);
        Runs(state, T0.AddSeconds(80)).ShouldBe(["3 4 5"]);
        state.Progress.NextAt.ShouldBe(T0.AddSeconds(140), "from the last run");
    }

    [Fact]
    public void A_repeated_pack_adds_nothing()
    {
        var state = Made(3);
        var pack = Pack(state, T0, 1, 2);
        GeneratorRules.Decide(state, pack, T0).ShouldBe(default);
        state.Waiting.Count.ShouldBe(2);
    }

    [Fact]
    public void Bounds_are_told()
    {
        Refused(Made(3), PackOf(JsonElement.Parse($"\"{new string('x', GeneratorRules.LongestArg)}\""))).Problem.ShouldBe(Problem.Invalid);
        var large = JsonElement.Parse($"\"{new string('x', 60_000)}\"");
        Refused(Made(100), PackOf([.. Enumerable.Repeat(large, 14)])).Problem.ShouldBe(Problem.TooMuch);
        GeneratorRules.Decide(Made(2), PackOf([.. Enumerable.Repeat(large, 14)]), T0).Refusal.ShouldBeNull("Two of them fit into a run.");
        var full = Made(10_000);
        for (var i = 0; i < 100; i++)
        {
            Pack(full, T0, [.. Enumerable.Range(0, 1_000)]);
        }

        Refused(full, PackOf(JsonElement.Parse("1"))).Problem.ShouldBe(Problem.TooMuch);
        Refused(new GeneratorState(), PackOf(large)).Problem.ShouldBe(Problem.NotFound);
        Refused(Made(3), new GeneratorCommand.Create { Generator = Id, CommandId = "again", Spec = Spec(3, null) }).Problem.ShouldBe(Problem.Conflict);
    }

    [Fact]
    public void No_argument_is_lost_or_taken_twice_whatever_is_replayed() => Gen.Select(Gen.Int[1, 5], Gen.Select(Gen.Int[0, 4], Gen.Int[0, 40]).Array[1, 40]).Sample((count, steps) =>
    {
        var events = new List<GeneratorEvent>();
        var (state, now, packed, taken) = (new GeneratorState(), T0, 0, new List<int>());
        Happen(GeneratorRules.Decide(state, new GeneratorCommand.Create { Generator = Id, CommandId = "c", Spec = Spec(count, TimeSpan.FromSeconds(30)) }, now).Event!);
        foreach (var (args, seconds) in steps)
        {
            now = now.AddSeconds(seconds);
            if (args > 0)
            {
                Happen(GeneratorRules.Decide(state, PackOf([.. Enumerable.Range(packed, args).Select(Json)]), now).Event!);
                packed += args;
            }

            while (GeneratorRules.Tick(Id, state, now) is { } ran)
            {
                Happen(ran);
                taken.AddRange(state.Pending[^1].Args.Select(a => a.GetInt32()));
                Happen(GeneratorRules.Fired(state, ran.Run, now));
            }

            // As another node would see it.
            var again = new GeneratorState();
            events.ForEach(again.Apply);
            again.Progress.ShouldBe(state.Progress);
            taken.Concat(again.Waiting.Select(a => a.GetInt32())).ShouldBe(Enumerable.Range(0, packed));
            again.Waiting.Count.ShouldBeLessThan(count);
        }

        events.OfType<GeneratorEvent.Ran>().Select(r => r.Run.Work).ShouldBeUnique();

        void Happen(GeneratorEvent e)
        {
            events.Add(e);
            state.Apply(e);
        }
    }, iter: 200);

    private static List<string> Runs(GeneratorState state, DateTimeOffset now)
    {
        var runs = new List<string>();
        while (GeneratorRules.Tick(Id, state, now) is { } ran)
        {
            state.Apply(ran);
            runs.Add(string.Join(' ', state.Pending[^1].Args));
        }

        return runs;
    }

    private static GeneratorState Made(int count, TimeSpan? timeout = null)
    {
        var state = new GeneratorState();
        state.Apply(GeneratorRules.Decide(state, new GeneratorCommand.Create { Generator = Id, CommandId = "create", Spec = Spec(count, timeout) }, T0).Event!);
        return state;
    }

    private static GeneratorSpec Spec(int count, TimeSpan? timeout) => new() { Count = count, Timeout = timeout, Work = new() { Process = new ProcessSpec { Queue = "q" } } };

    private GeneratorCommand.Pack Pack(GeneratorState state, DateTimeOffset at, params int[] args)
    {
        var pack = PackOf([.. args.Select(Json)]);
        state.Apply(GeneratorRules.Decide(state, pack, at).Event.ShouldNotBeNull());
        return pack;
    }

    private GeneratorCommand.Pack PackOf(params ImmutableArray<JsonElement> args) => new() { Generator = Id, CommandId = $"p{++_commands}", Args = args };

    private static GeneratorReply.Refused Refused(GeneratorState state, GeneratorCommand command) => GeneratorRules.Decide(state, command, T0).Refusal.ShouldNotBeNull();

    private static JsonElement Json(int number) => JsonElement.Parse($"{number}");
}
