using Muster.Bench.Measuring;
using Muster.Bench.Scenarios;
using Muster.Bench.Stores;
using Muster.Persistence;
using Npgsql;

namespace Muster.Bench;

/// <summary>Runs scenarios, each several times on fresh stores, and prints what came of them.</summary>
internal static class Bench
{
    private const int Failed = 1;
    private const int Wrong = 2;

    /// <summary>Runs them. Gives the exit code: 1 when something was lost or doubled, 2 when it could not be measured.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<IScenario> scenarios, BenchOptions said, CancellationToken cancel)
    {
        try
        {
            await using var place = await StorePlace.OpenAsync(said).ConfigureAwait(false);
            var fsync = FsyncProbe.MedianMs(said.Folder);
            Console.WriteLine(FormattableString.Invariant($"{Environment.ProcessorCount} processors; one fsync of 4 KB takes {fsync:0.00} ms (median)\n\n{Report.Head}"));
            var lines = new List<string>();
            var bad = false;
            foreach (var scenario in scenarios)
            {
                var options = scenario.Options(said);
                var runs = new List<Measurement>();
                for (var i = 0; i < options.Runs; i++)
                {
                    cancel.ThrowIfCancellationRequested();
                    runs.Add(await RunAsync(scenario, options, place).ConfigureAwait(false));
                }

                Console.WriteLine(Report.Row(scenario.Name, options, runs));
                lines.Add(Report.Json(scenario.Name, options, fsync, runs));
                bad |= runs.Any(r => r.Lost > 0 || r.Duplicates > 0);
            }

            Console.WriteLine();
            lines.ForEach(Console.WriteLine);
            return bad ? Failed : 0;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Interrupted.").ConfigureAwait(false);
            return Wrong;
        }
        catch (Exception e) when (e is StoreOpenException or NpgsqlException or IOException or InvalidOperationException or TimeoutException or System.ComponentModel.Win32Exception)
        {
            await Console.Error.WriteLineAsync($"{(e is StoreOpenException or NpgsqlException && said.Postgres is not null ? "--postgres: " : "")}{e.Message.ReplaceLineEndings(" ")}").ConfigureAwait(false);
            return Wrong;
        }
    }

    private static async Task<Measurement> RunAsync(IScenario scenario, BenchOptions options, StorePlace place)
    {
        await using var store = await place.FreshAsync().ConfigureAwait(false);
        return await scenario.RunAsync(options, store).ConfigureAwait(false);
    }
}
