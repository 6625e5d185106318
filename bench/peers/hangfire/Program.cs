using System.CommandLine;
using Hangfire;
using Hangfire.Logging;
using Muster.Bench.Peers.Hangfire;

const int Lossy = 1;
const int Wrong = 2;

var store = new Argument<string>("store") { Description = "where Hangfire keeps its jobs: postgres or memory" }.AcceptOnlyFromAmong("postgres", "memory");
var scenario = new Option<string>("--scenario") { Description = "burn-down or latency", DefaultValueFactory = _ => "burn-down" }.AcceptOnlyFromAmong("burn-down", "latency");
var processes = AtLeastOne("--processes", "how many jobs", 20_000);
var concurrency = AtLeastOne("--concurrency", "how many submits are in flight at once", 16);
var payload = AtLeastOne("--payload", "characters of the argument of each job", 100);
var pause = AtLeastOne("--pause", "milliseconds between two submits to an idle system, about", 50);
var postgres = new Option<string?>("--postgres") { Description = "the empty database: postgres://user@host:port/database" };
var tuned = new Option<bool>("--tuned") { Description = "as its documentation tunes it, instead of its defaults" };

var command = new RootCommand("Does the work of the bench on Hangfire. The last line of the output is the measurement, as JSON.")
{
    store, scenario, processes, concurrency, payload, pause, postgres, tuned,
};
command.SetAction((parsed, _) => MeasureAsync(new PeerOptions
{
    Store = parsed.GetRequiredValue(store),
    Scenario = parsed.GetRequiredValue(scenario),
    Processes = parsed.GetRequiredValue(processes),
    Concurrency = parsed.GetRequiredValue(concurrency),
    Payload = parsed.GetRequiredValue(payload),
    Pause = TimeSpan.FromMilliseconds(parsed.GetRequiredValue(pause)),
    Postgres = parsed.GetValue(postgres),
    Tuned = parsed.GetValue(tuned),
}));

var line = command.Parse(args);
if (line.Errors.Count > 0)
{
    return Refuse(line.Errors[0].Message);
}

try
{
    return await line.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Refusal refusal)
{
    return Refuse(refusal.Message);
}
catch (Exception error)
{
    return Refuse($"It failed: {error.GetBaseException().Message}");
}

static async Task<int> MeasureAsync(PeerOptions options)
{
    LogProvider.SetCurrentLogProvider(new ErrorLog());
    var warmUp = Math.Min((int)Math.Ceiling(options.Processes * WarmUpShare), WarmUpMost);
    var all = warmUp + options.Processes;
    var ledger = new Ledger(all);
    IHangfireStore store = options.Store == "memory" ? new MemoryStore() : await PostgresStore.OpenAsync(options.Postgres, options.Tuned);
    var workers = new BackgroundJobServerOptions { Activator = new Work.Activator(ledger) };
    if (options.Tuned)
    {
        workers.WorkerCount = TunedWorkers;
    }

    Outcome outcome;
    Measurement measurement;
    using (new BackgroundJobServer(workers, store.Storage))
    {
        var scenarios = new Scenarios(new BackgroundJobClient(store.Storage), store, ledger, options);
        outcome = await scenarios.RunAsync(0, warmUp);
        if (outcome.Unfinished == 0)
        {
            outcome = await scenarios.RunAsync(warmUp, all);
        }

        measurement = Measurement.Of(options, store, Transport(options), ledger, warmUp, outcome);
    }

    if (ledger.Lost.Count > 0)
    {
        Console.Error.WriteLine($"LOST: {ledger.Lost.Count} of {all} were submitted and never ran: {Some(ledger.Lost)}.");
    }

    if (outcome.Unfinished > 0)
    {
        Console.Error.WriteLine($"STUCK: the store shows {outcome.Unfinished} of {all} unfinished, and nothing moves.");
    }

    if (ledger.Duplicates.Count > 0)
    {
        Console.Error.WriteLine($"TWICE: {ledger.Duplicates.Count} of {all} ran more than once: {Some(ledger.Duplicates)}.");
    }

    Console.WriteLine(measurement);
    return ledger.Lost.Count > 0 || outcome.Unfinished > 0 ? Lossy : 0;
}

static string Transport(PeerOptions options) =>
    $"Hangfire {typeof(BackgroundJobServer).Assembly.GetName().Version?.ToString(3)}{(options.Tuned ? ", tuned" : "")}";

static string Some(IReadOnlyList<int> ids) => string.Join(", ", ids.Take(10)) + (ids.Count > 10 ? ", ..." : "");

static int Refuse(string reason)
{
    Console.Error.WriteLine(reason.ReplaceLineEndings(" "));
    return Wrong;
}

static Option<int> AtLeastOne(string name, string description, int usual)
{
    var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
    option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var number) && number < 1)
        {
            result.AddError($"{name} takes a whole number from 1, and '{number}' is none.");
        }
    });
    return option;
}

internal static partial class Program
{
    /// <summary>Its page on parallelism raises the count for jobs that mostly wait, as these do for the store; the default follows the processors.</summary>
    private const int TunedWorkers = 20;

    /// <summary>What is hot has to be compiled, here as in the server: a tenth of the work is done first and not measured.</summary>
    private const double WarmUpShare = 0.1;
    private const int WarmUpMost = 2_000;
}
