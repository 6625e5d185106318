using System.Globalization;
using Muster.Persistence;
using Muster.Persistence.Postgres;
using Muster.Persistence.Sqlite;
using Muster.Tests.Store.Making;

namespace Muster.Tests.Store.Faults;

/// <summary>What a process of its own does: it writes until it is killed and says what was acknowledged, or only holds the store.</summary>
public static class Child
{
    private static readonly Lock Line = new();

    /// <summary>Writes: <c>write STORE ROUND CALLERS</c>. Holds: <c>hold STORE</c>.</summary>
    public static async Task RunAsync(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var (what, path) = (args[0], args[1]);
        await using IStore store = PostgresAddress.IsOne(path) ? PostgresStore.Open(path) : SqliteStore.Open(path);
        Say("open");
        if (what == "hold")
        {
            await Task.Delay(Timeout.InfiniteTimeSpan);
        }

        var callers = int.Parse(args[3], CultureInfo.InvariantCulture);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(n => CallAsync(store, args[2], n)));
    }

    // Each line says a process and the events of it that are durable now.
    private static async Task CallAsync(IStore store, string round, int caller)
    {
        var at = store.Clock.GetUtcNow();
        for (var i = 0; ; i++)
        {
            var story = new Story(new($"n{caller % 3}", $"r{round}-c{caller}-{i}"));
            var spec = i % 7 == 0 ? Specs.Large(20_000) : Specs.Labelled(("round", round));
            await Durable(store, story, story.Submit(at, spec));
            await Durable(store, story, story.Assign(at, "worker", null, new Messages.Processes.SlotClaim($"k{caller}", 1)));
            // Two events at once: half of it must never stand.
            await Durable(store, story, i % 3 == 0 ? story.Cancel(at) : story.Complete(at, "\"done\""));
        }
    }

    private static async Task Durable(IStore store, Story story, Persistence.Journal.JournalAppend append)
    {
        if (await store.Journal.AppendAsync(append) is { } rejected)
        {
            throw rejected;
        }

        Say(string.Create(CultureInfo.InvariantCulture, $"{story.PersistenceId} {story.Events.Count}"));
    }

    private static void Say(string line)
    {
        lock (Line)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
