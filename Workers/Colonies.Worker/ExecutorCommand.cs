using System.CommandLine;
using Microsoft.Extensions.Logging;
using Muster.Workers.Shared;

namespace Muster.Workers.Colonies.Worker;

/// <summary>The command line of colonies-worker.</summary>
internal static class ExecutorCommand
{
    private static readonly Option<string?> Server = new("--server") { Description = "Where the server is, like http://localhost:50080 [COLONIES_SERVER_HOST, COLONIES_SERVER_PORT, COLONIES_TLS]", Recursive = true };
    private static readonly Option<string?> Colony = new("--colony") { Description = "The colony [COLONIES_COLONY_NAME, dev]", Recursive = true };
    private static readonly Option<string?> Name = new("--name") { Description = "The name of the executor [COLONIES_EXECUTOR_NAME, the machine]", Recursive = true };
    private static readonly Option<string?> KeyPath = new("--key-file") { Description = "Where its key is; made when it is missing [COLONIES_PRVKEY holds a key itself; ~/.colonies-worker/COLONY.NAME.key]", Recursive = true };
    private static readonly Option<string> Type = new("--type") { Description = "The executor type [COLONIES_EXECUTOR_TYPE, cli]", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("COLONIES_EXECUTOR_TYPE") is { Length: > 0 } type ? type : "cli", Recursive = true };
    private static readonly Option<int> AssignTimeout = new("--timeout") { Description = "How long the server holds a question for work, in seconds, at least 1", DefaultValueFactory = _ => 5 };
    private static readonly Option<int> Parallel = new("--parallel") { Description = "How many processes run at once", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Latest = new("--latest") { Description = "Ask for the newest process instead of the one that is due; Muster and releases up to 1.0.2 know it" };
    private static readonly Option<string[]> Allow = new("--allow") { Description = "A command that may run; can be given several times (default: all)", DefaultValueFactory = _ => [] };
    private static readonly Option<string?> Folder = new("--folder") { Description = "Where commands run (default: here)" };
    private static readonly Option<int> StopSeconds = new("--stop-seconds") { Description = "How long running processes may go on when it is told to stop", DefaultValueFactory = _ => 30 };
    private static readonly Option<int> WatchSeconds = new("--watch-seconds") { Description = "How often it looks whether what it runs was cancelled or given to somebody else", DefaultValueFactory = _ => 5 };
    private static readonly Option<ProcessState> State = new("--state") { Description = "The state that they enter", DefaultValueFactory = _ => ProcessState.Waiting };
    private static readonly Argument<string?> Wanted = new("NAME") { Description = "The name; all without it", Arity = ArgumentArity.ZeroOrOne };

    public static RootCommand Create()
    {
        var root = new RootCommand(
            "An executor of Colonies: asks for processes of its type, runs them as commands, and closes them. With COLONIES_COLONY_PRVKEY, the key of the colony's owner, it adds and approves itself. Ctrl+C: what runs may end, then it ends with 0.")
        {
            Server, Colony, Name, KeyPath, Type, AssignTimeout, Parallel, Latest, Allow, Folder, StopSeconds, WatchSeconds,
        };
        root.SetAction(RunAsync);
        var key = new Command("key", "Makes the key of the executor when it has none, and prints its id");
        key.SetAction(PrintKey);
        var executors = new Command("executors", "Lists the executors of the colony, or those with a name: name, id, type, state") { Wanted };
        executors.SetAction(ListAsync);
        var watch = new Command("watch", "Prints the processes of the type as they enter a state: id, function") { State };
        watch.SetAction(WatchAsync);
        root.Add(key);
        root.Add(executors);
        root.Add(watch);
        return root;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using var around = Find(parsed, alone: true);
        using var client = new ColoniesClient(around.Server);
        using var runner = new CommandRunner(TimeProvider.System);
        using var signals = new StopSignals();
        using var logs = WorkerLog.Create();
        var log = logs.CreateLogger("colonies-worker");
        if (around.File is { IsNew: true } made)
        {
            log.LogInformation("Made a key in {File}; the id of the executor is {Id}", made.Path, around.Key.Id);
        }

        var settings = new ExecutorSettings
        {
            Name = around.Name,
            Type = parsed.GetValue(Type)!,
            Timeout = parsed.GetValue(AssignTimeout),
            Parallel = parsed.GetValue(Parallel),
            Latest = parsed.GetValue(Latest),
            Owner = around.Owner,
            IsAlone = around.File is not null,
            Watch = TimeSpan.FromSeconds(Math.Max(1, parsed.GetValue(WatchSeconds))),
            StopAfter = TimeSpan.FromSeconds(Math.Max(0, parsed.GetValue(StopSeconds))),
        };
        var function = new CommandFunction(runner, parsed.GetValue(Allow)!, parsed.GetValue(Folder));
        await new ColoniesExecutor(new ColonyMember(client, around.Colony, around.Key), settings, function.RunAsync, TimeProvider.System, log).RunAsync(signals.Stopping).ConfigureAwait(false);
        return 0;
    }

    private static int PrintKey(ParseResult parsed)
    {
        using var around = Find(parsed);
        Console.WriteLine(around.Key.Id);
        return 0;
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancel)
    {
        using var around = Find(parsed);
        using var client = new ColoniesClient(around.Server);
        var wanted = parsed.GetValue(Wanted);
        try
        {
            var found = await new ColonyMember(client, around.Colony, around.Key).ExecutorsAsync(wanted, cancel).ConfigureAwait(false);
            foreach (var executor in found)
            {
                Console.WriteLine($"{executor.Name} {executor.Id} {executor.Type} {executor.StateWord}");
            }

            return found.Count > 0 || wanted is null ? 0 : throw new WorkerException($"There is no executor {wanted} in {around.Colony}.");
        }
        catch (Exception e) when (e is RefusedException or UnreachableException)
        {
            throw new WorkerException($"The executors of {around.Colony} cannot be listed: {e.Message}", inner: e);
        }
    }

    private static async Task<int> WatchAsync(ParseResult parsed)
    {
        using var around = Find(parsed);
        using var client = new ColoniesClient(around.Server);
        using var signals = new StopSignals();
        using var logs = WorkerLog.Create();
        var subscription = new ColoniesSubscription(new ColonyMember(client, around.Colony, around.Key), TimeProvider.System, logs.CreateLogger("colonies-worker"));
        try
        {
            await foreach (var process in subscription.ProcessesAsync(parsed.GetValue(Type)!, parsed.GetValue(State), cancel: signals.Stopping).ConfigureAwait(false))
            {
                Console.WriteLine($"{process.Id} {process.Function}");
            }
        }
        catch (OperationCanceledException)
        {
            // It was told to end.
        }

        return 0;
    }

    private static Surroundings Find(ParseResult parsed, bool alone = false) => Surroundings.Find(parsed.GetValue(Server), parsed.GetValue(Colony), parsed.GetValue(Name), parsed.GetValue(KeyPath), alone);
}
