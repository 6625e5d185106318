using System.CommandLine;
using Muster.Workers.Conductor;
using Muster.Workers.Conductor.Worker;
using Muster.Workers.Shared;

var server = new Option<string?>("--server") { Description = "Where the server is (default: the variable CONDUCTOR_SERVER_URL, else http://localhost:8080)" };
var isolation = new Option<WorkerIsolation>("--isolation") { Description = "Whether each worker is a process of its own or all share one", DefaultValueFactory = _ => WorkerIsolation.Process };
var ini = new Option<string?>("--ini") { Description = "The configuration file (default: worker.ini beside the program, else in the working folder)" };
var only = new Option<string[]>("--only") { Description = "Run only these samples; one that is named twice is two instances", AllowMultipleArgumentsPerToken = true };
var threads = new Option<int?>("--threads") { Description = "How many tasks each worker runs at once (default 1)" };
var metrics = new Option<string?>("--metrics-file") { Description = "Write metrics there, in the text format of Prometheus" };
var stop = new Option<double>("--stop-timeout") { Description = "How many seconds running tasks may go on when the program stops", DefaultValueFactory = _ => 30 };
var root = new RootCommand("Sample workers for a Conductor server, each written in another of the possible ways: " + string.Join(", ", Samples.All.Select(s => s.TaskDefinitionNames[0])) + ".")
{
    server, isolation, ini, only, threads, metrics, stop,
};
root.SetAction(async parsed =>
{
    var standard = new WorkerHostOptions();
    var address = standard.ServerUrl;
    if (parsed.GetValue(server) is { } given && !(Uri.TryCreate(given, UriKind.Absolute, out address) && address.Scheme is "http" or "https"))
    {
        throw new WorkerException($"--server is '{given}', and has to be an address like http://localhost:8080.", 2);
    }

    var options = standard with
    {
        ServerUrl = address,
        Isolation = parsed.GetValue(isolation),
        ConfigurationFile = parsed.GetValue(ini),
        MetricsFile = parsed.GetValue(metrics),
        StopTimeout = TimeSpan.FromSeconds(parsed.GetValue(stop)),
    };
    await new WorkerHost(Samples.Named(parsed.GetValue(only) ?? [], parsed.GetValue(threads)), options).RunAsync().ConfigureAwait(false);
    return 0;
});
return await WorkerProgram.RunAsync(root, args).ConfigureAwait(false);
