using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Muster.Bench.Clusters;
using Muster.Bench.Scenarios;

namespace Muster.Bench;

/// <summary>The command line.</summary>
internal static class BenchCommand
{
    private const int Wrong = 2;
    private const long BytesPerProcess = 4_096;

    private static readonly IScenario[] Scenarios = [new BurnDown(), new OpenLoop(), new Latency(), new BulkSubmit(), new HttpWorkers(), new ColoniesLoop(), new ColoniesLatency(), new Instances(), new Memory(), new Startup(), new Idle()];
    private static readonly BenchOptions Standard = new();

    private static readonly Option<StoreKind> Store = new("--store") { Description = "memory (nothing is durable), sqlite or postgres (a server of its own on this machine)", DefaultValueFactory = _ => Standard.Store };
    private static readonly Option<Transport> Transports = new("--transport") { Description = "cluster: submits and handlers inside the cluster; http: both outside", DefaultValueFactory = _ => Standard.Transport };
    private static readonly Option<int> Nodes = Number("--nodes", "Nodes of the cluster, the seed among them; with --transport cluster", Standard.Nodes, 1, 16);
    private static readonly Option<bool> Apart = new("--apart") { Description = "With several nodes: the seed runs no work, so that a process and its worker are never on the same node of a SQLite cluster" };
    private static readonly Option<int> Processes = Number("--processes", "How many", Standard.Processes, 0, 10_000_000);
    private static readonly Option<int> Concurrency = Number("--concurrency", "Submits, or workers outside, at a time", Standard.Concurrency, 1, 10_000);
    private static readonly Option<int> Payload = Number("--payload", "Characters of the argument of each process", Standard.Payload, 0, 1_000_000);
    private static readonly Option<int> Batch = Number("--batch", "Processes in one call, where calls take many", Standard.Batch, 1, 1_000);
    private static readonly Option<int> Slots = Number("--slots", "Handlers at a time on each node", Standard.Slots, 1, 10_000);
    private static readonly Option<int> Rate = Number("--rate", "Submits a second, for open-loop", Standard.Rate, 1, 1_000_000);
    private static readonly Option<int> Seconds = Number("--seconds", "How long a cluster is watched that does nothing, for idle and memory; before, it settles for half as long", (int)Standard.Watch.TotalSeconds, 1, 86_400);
    private static readonly Option<int> Runs = Number("--runs", "Runs of each scenario, each on a fresh store", Standard.Runs, 1, 1_000);
    private static readonly Option<bool> NoWarmUp = new("--no-warm-up") { Description = "Measure programs that have just started; else they do up to 5,000 processes before" };
    private static readonly Option<string> Folder = new("--folder") { Description = "Where stores are made; its disk is measured (default: the temporary folder)", DefaultValueFactory = _ => Standard.Folder };
    private static readonly Option<string?> Postgres = new("--postgres") { Description = "A PostgreSQL server to use, postgres://user:password@host:port/database, where databases may be made (default: one of its own)" };
    private static readonly Option<int> Fsync = Number("--fsync", "Milliseconds that each fsync takes longer, to measure a slow disk; needs strace", 0, 0, 1_000);

    /// <summary>Makes it.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("Measures Muster. Every id is checked: a run that lost one, or ran one twice, is a failure and not a number.");
        foreach (var scenario in Scenarios)
        {
            root.Add(CommandOf(scenario.Name, scenario.Explanation, [scenario]));
        }

        root.Add(CommandOf("all", "All of them, one after the other", Scenarios));
        root.Add(NodeCommand.Create());
        return root;
    }

    private static Command CommandOf(string name, string explanation, IReadOnlyList<IScenario> scenarios)
    {
        var command = new Command(name, explanation) { Store, Transports, Nodes, Apart, Processes, Concurrency, Payload, Batch, Slots, Rate, Seconds, Runs, NoWarmUp, Folder, Postgres, Fsync };
        command.SetAction(async (parsed, cancel) =>
        {
            var options = Read(parsed);
            if (Problem(options) is { } problem)
            {
                await Console.Error.WriteLineAsync(problem).ConfigureAwait(false);
                return Wrong;
            }

            if (options.FsyncDelay > TimeSpan.Zero && !SlowDisk.IsHere)
            {
                return await SlowDisk.RunAgainAsync(options.FsyncDelay, cancel).ConfigureAwait(false);
            }

            return await Bench.RunAsync(scenarios, options, cancel).ConfigureAwait(false);
        });
        return command;
    }

    private static BenchOptions Read(ParseResult parsed) => new()
    {
        Store = parsed.GetValue(Store),
        Transport = parsed.GetValue(Transports),
        Nodes = parsed.GetValue(Nodes),
        Apart = parsed.GetValue(Apart),
        Processes = parsed.GetValue(Processes),
        Concurrency = parsed.GetValue(Concurrency),
        Payload = parsed.GetValue(Payload),
        Batch = parsed.GetValue(Batch),
        Slots = parsed.GetValue(Slots),
        Rate = parsed.GetValue(Rate),
        Watch = TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
        Runs = parsed.GetValue(Runs),
        WarmUp = !parsed.GetValue(NoWarmUp),
        Folder = parsed.GetValue(Folder)!,
        Postgres = parsed.GetValue(Postgres),
        FsyncDelay = TimeSpan.FromMilliseconds(parsed.GetValue(Fsync)),
    };

    // What is found here has started nothing yet.
    private static string? Problem(BenchOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "CPU and memory of programs are read from /proc: this needs Linux.";
        }

        if (!Directory.Exists(options.Folder))
        {
            return $"There is no folder {options.Folder}. Make it, or name another with --folder.";
        }

        if (options.Nodes > 1 && (options.Transport == Transport.Http || options.Store == StoreKind.Memory))
        {
            return "Several nodes need --transport cluster and a store that they can reach: --store sqlite or postgres.";
        }

        var free = new DriveInfo(Path.GetFullPath(options.Folder)).AvailableFreeSpace;
        var needed = (options.Processes * (BytesPerProcess + options.Payload)) + (300L << 20);
        return options.Store != StoreKind.Memory && free < needed
            ? string.Create(CultureInfo.InvariantCulture, $"{options.Folder} has {free >> 20} MB free; {options.Processes} processes take about {needed >> 20} MB. Name another disk with --folder, or fewer --processes.")
            : null;
    }

    private static Option<int> Number(string name, string description, int standard, int least, int most)
    {
        var option = new Option<int>(name) { Description = string.Create(CultureInfo.InvariantCulture, $"{description} (default {standard})"), DefaultValueFactory = _ => standard };
        option.Validators.Add((OptionResult result) =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is {least} to {most}."));
            }
        });
        return option;
    }
}
