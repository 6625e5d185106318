using System.Globalization;
using System.Text.Json;
using Muster.Workers.Shared;

namespace Muster.Workers.Conductor.Worker;

/// <summary>Workers in all forms: functions of the task or of its input, with a result or any object, and a class.</summary>
internal static class Samples
{
    public static IReadOnlyList<ConductorWorker> All => Make(null);

    /// <summary>Those that are named, as often as they are; all when none is.</summary>
    /// <exception cref="WorkerException">There is none of that name.</exception>
    public static IReadOnlyList<ConductorWorker> Named(IReadOnlyList<string> names, int? threads)
    {
        var all = Make(threads);
        return names.Count == 0
            ? all
            : [.. names.Select(n => all.FirstOrDefault(w => w.TaskDefinitionNames[0] == n) ?? throw new WorkerException($"There is no sample '{n}'. There are: {string.Join(", ", all.Select(w => w.TaskDefinitionNames[0]))}.", 2))];
    }

    private static IReadOnlyList<ConductorWorker> Make(int? threads) =>
    [
        // The task in, any object out.
        new FunctionWorker(["sample_facts"], (ConductorTask task) => new { task.TaskId, task.RetryCount, task.Domain, process = Environment.ProcessId }) { ThreadCount = threads },

        // The task in, a result out: given back until it was seen often enough.
        new FunctionWorker(["sample_patience"], (ConductorTask task) => task.PollCount < 3
            ? TaskResult.InProgress(TimeSpan.Zero, new { seen = task.PollCount })
            : TaskResult.Completed(new { seen = task.PollCount, before = task.OutputData })) { ThreadCount = threads },

        // The input in, any object out; here it is no map and is sent as "result".
        new FunctionWorker(["sample_sum"], (Numbers input) => input.Values.Sum()) { ThreadCount = threads },

        // The input in, a result out; awaited.
        new FunctionWorker(["sample_sleep"], async (Wait input, CancellationToken cancelled) =>
        {
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Sleeping for {input.Seconds} s.")).ConfigureAwait(false);
            await Task.Delay(TimeSpan.FromSeconds(input.Seconds), cancelled).ConfigureAwait(false);
            return input.Fail ? TaskResult.FailedForGood("it was asked to fail") : TaskResult.Completed(new { slept = input.Seconds });
        }) { ThreadCount = threads },

        // The whole map in.
        new FunctionWorker(["sample_echo"], (Dictionary<string, JsonElement> input) => input) { ThreadCount = threads },
        new FunctionWorker(["sample_noop"], (ConductorTask _) => TaskResult.Completed()) { ThreadCount = threads },

        // Ends its process, to see what isolation is good for.
        new FunctionWorker(["sample_crash"], (ConductorTask task) =>
        {
            if (task.RetryCount == 0 && task.PollCount < 2)
            {
                Environment.Exit(3);
            }

            return new { survived = true };
        }),
        new CountdownWorker { ThreadCount = threads },
    ];

    private sealed record Numbers(IReadOnlyList<double> Values)
    {
        public IReadOnlyList<double> Values { get; } = Values ?? throw new TerminalTaskException("The input has no 'values'.");
    }

    private sealed record Wait(double Seconds, bool Fail);
}
