using CsCheck;
using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Processes;

/// <summary>Random specs and random lives: commands of all kinds, right and wrong ones, old ones again, while time moves.</summary>
internal static class RandomLives
{
    private static readonly Gen<TimeSpan> Duration = Gen.Int[1, 20_000].Select(ms => TimeSpan.FromMilliseconds(ms));

    private static readonly Gen<TimeSpan?> Perhaps = Gen.Select(Gen.Bool, Duration, (has, d) => has ? d : (TimeSpan?)null);

    private static readonly Gen<RetryPolicy> Policy = Gen.Select(
        Gen.Int[0, 2], Gen.Int[0, 3_000], Gen.Int[0, 8_000], Gen.Double[0, 1],
        (kind, delay, cap, jitter) => new RetryPolicy
        {
            Kind = (RetryKind)kind,
            Delay = TimeSpan.FromMilliseconds(delay),
            Cap = TimeSpan.FromMilliseconds(cap),
            Jitter = jitter,
        });

    private static readonly Gen<Limits> Limits = Gen.Select(
        Gen.Select(Perhaps, Gen.Bool, Perhaps),
        Gen.Select(Gen.Bool, Duration, Gen.Int[-1, 4]),
        Policy,
        Gen.Select(Perhaps, Perhaps),
        (waits, runs, policy, times) => new Limits
        {
            MaxWait = waits.Item1,
            WaitFrom = waits.Item2 ? WaitFrom.Submission : WaitFrom.Waiting,
            MaxExec = waits.Item3,
            Lease = runs.Item1 ? runs.Item2 : TimeSpan.Zero,
            MaxRetries = runs.Item3,
            Retry = policy,
            NotBefore = Life.Start + times.Item1,
            Deadline = Life.Start + (times.Item2 * 4),
        });

    public static readonly Gen<ProcessSpec> Spec = Gen.Select(
        Limits, Gen.Bool, (limits, parents) => new ProcessSpec { Queue = "q", Limits = limits, After = parents ? ["a", "b"] : [] });

    private static readonly Gen<Step> Any = Gen.Select(Gen.Int[0, (int)Step.Kinds.Last], Gen.Int[0, 9], Gen.Int[0, 5_000], Gen.Double[0, 0.999], (kind, a, ms, chance) => new Step((Step.Kinds)kind, a, ms, chance));

    public static readonly Gen<(ProcessSpec Spec, Step[] Steps)> Story = Gen.Select(Spec, Any.Array[1, 60], (spec, steps) => (spec, (Step[])[new Step(Step.Kinds.Submit, 0, 0, 0), .. steps]));

    public static Life Play(ProcessSpec spec, IEnumerable<Step> steps, Action<Life, Step>? before = null, Action<Life, Step>? after = null)
    {
        var life = new Life(spec);
        foreach (var step in steps)
        {
            before?.Invoke(life, step);
            step.On(life);
            after?.Invoke(life, step);
        }

        return life;
    }

    public static string Print((ProcessSpec Spec, Step[] Steps) story) => $"{story.Spec.Limits} after {story.Spec.After.Length}: {string.Join(' ', story.Steps)}";
}
