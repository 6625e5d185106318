using System.CommandLine;
using Muster.Persistence.Moving;

namespace Muster.Seed;

/// <summary><c>move-store</c>: copies the SQLite store of a stopped seed into a PostgreSQL database.</summary>
internal static class MoveCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="settings">Reads the options that all commands share.</param>
    /// <param name="guard">Turns what the user can mend into a message and an exit code.</param>
    public static Command Create(Func<ParseResult, SeedSettings> settings, Func<Func<Task<int>>, Task<int>> guard)
    {
        var to = new Option<string>("--to") { Description = "The database to copy into, postgres://user:password@host/database; it must be new", Required = true };
        var command = new Command("move-store", "Copy the SQLite store of a stopped seed to PostgreSQL, compare every row, and stop; the source stays as it is") { to };
        command.SetAction((parsed, cancel) => guard(() => RunAsync(settings(parsed), parsed.GetValue(to)!, cancel)));
        return command;
    }

    private static async Task<int> RunAsync(SeedSettings settings, string to, CancellationToken cancel)
    {
        var path = settings.Store ?? Path.Combine(settings.Data, "muster.db");
        await StoreMove.RunAsync(path, to, settings.StoreBounds, new Lines(), cancel).ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"Every row of {path} was copied and compared. Start the seed with the new store: --store ADDRESS. Keep the file until that has proved itself.").ConfigureAwait(false);
        return 0;
    }

    // Progress<T> would print from other threads, and after the end.
    private sealed class Lines : IProgress<MovedTable>
    {
        public void Report(MovedTable value) => Console.Out.WriteLine($"{value.Name,-14} {value.Rows,12} rows");
    }
}
