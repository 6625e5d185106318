using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Simulation;

/// <summary>Random specs: with and without each limit, key, condition and parents.</summary>
internal static class Specs
{
    private static readonly string[] Functions = ["f", "g", ""];

    public static ProcessSpec Any(Random random, ImmutableArray<string> parents) => new()
    {
        Queue = random.Next(3) == 0 ? "r" : "q",
        Func = Functions[random.Next(3)],
        Priority = random.Next(3),
        After = parents,
        Conditions = random.Next(10) == 0 ? new Conditions { Executors = ["x0", "x1"] } : new Conditions(),
        Concurrency = random.Next(6) switch
        {
            0 => new ConcurrencyRule { Key = "a", Max = 1 },
            1 => new ConcurrencyRule { Key = "b", Max = 2, OnConflict = (ConflictPolicy)Math.Max(0, random.Next(5) - 2) },
            _ => null,
        },
        Limits = AnyLimits(random),
    };

    private static Limits AnyLimits(Random random)
    {
        var maxExec = random.Next(3) == 0 ? Between(random, 800, 10_000) : (TimeSpan?)null;
        return new Limits
        {
            MaxWait = random.Next(6) == 0 ? Between(random, 3_000, 60_000) : null,
            WaitFrom = random.Next(2) == 0 ? WaitFrom.Submission : WaitFrom.Waiting,
            MaxExec = maxExec,
            // Without a lease and without max exec a lost attempt would rightly stay.
            Lease = maxExec is not null && random.Next(4) == 0 ? TimeSpan.Zero : Between(random, 1_500, 20_000),
            MaxRetries = random.Next(-1, 4),
            Retry = new RetryPolicy { Kind = (RetryKind)random.Next(3), Delay = Between(random, 0, 3_000), Cap = TimeSpan.FromSeconds(8), Jitter = random.NextDouble() },
            NotBefore = random.Next(6) == 0 ? Schedule.Start + Between(random, 0, 30_000) : null,
            Deadline = random.Next(10) == 0 ? Schedule.Start + Between(random, 10_000, 150_000) : null,
        };
    }

    private static TimeSpan Between(Random random, int from, int to) => TimeSpan.FromMilliseconds(random.Next(from, to));
}
