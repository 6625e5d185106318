using System.CommandLine;
using System.Runtime.Versioning;
using Muster.Bench.Peers.Compare;
using Muster.Bench.Peers.Compare.Report;
using Muster.Bench.Peers.Compare.Servers;

[assembly: SupportedOSPlatform("linux")]

const int Failed = 1;
const int Wrong = 2;
const int Interrupted = 130;

var rounds = AtLeastOne("--rounds", "rounds that count, after one to warm up", 5);
var processes = AtLeastOne("--processes", "how many processes a contestant is given; slow ones get a part of it", 20_000);
var only = new Option<string?>("--only") { Description = "only contestants whose name has this in it" };
var folder = new Option<string>("--folder") { Description = "where the stores are made; its disk is measured", DefaultValueFactory = _ => Path.GetTempPath() };
var needs = new Option<bool>("--needs") { Description = "print what the contestants need installed or built, and end" };
var command = new RootCommand("Measures Muster and its peers side by side, on servers of its own, and prints a table in Markdown.") { rounds, processes, only, folder, needs };

using var interrupted = new CancellationTokenSource();
using var signals = new Signals(interrupted);
command.SetAction((parsed, _) => RunAsync(new CompareOptions
{
    Rounds = parsed.GetRequiredValue(rounds),
    Processes = parsed.GetRequiredValue(processes),
    Only = parsed.GetValue(only),
    Folder = parsed.GetRequiredValue(folder),
}, parsed.GetValue(needs), interrupted.Token));

var line = command.Parse(args);
if (line.Errors.Count > 0)
{
    return Say(line.Errors[0].Message, Wrong);
}

try
{
    return await line.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Refusal refusal)
{
    return Say(refusal.Message, Wrong);
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    return Say("Interrupted. Everything that was started has been ended.", Interrupted);
}

static async Task<int> RunAsync(CompareOptions options, bool onlyNeeds, CancellationToken cancel)
{
    var everyone = new Contestants(Repository.Root);
    var contestants = everyone.Named(options.Only);
    if (onlyNeeds)
    {
        Console.WriteLine(string.Join('\n', contestants.SelectMany(c => c.Needs).Distinct()));
        return 0;
    }

    if (contestants.Any(c => c.Family == Requirement.Muster) && !File.Exists(everyone.MusterProgram))
    {
        Console.Error.WriteLine("Muster itself is left out: its program is not there, and there is no bench/Muster.Bench.csproj to build it from.");
        contestants = [.. contestants.Where(c => c.Family != Requirement.Muster)];
    }

    using var scratch = new ScratchFolder(options.Folder);
    var machine = await Machine.DescribeAsync(contestants, scratch.Path);
    await using var servers = new StoreServers(scratch.Path);
    var standings = await new Comparison(options, servers, scratch.Path).RunAsync(contestants, cancel);

    Console.WriteLine(string.Join('\n', machine));
    Console.WriteLine();
    Console.WriteLine(MarkdownTable.Write(standings));
    return standings.Any(s => s.Lost > 0 || s.Failures.Count > 0) ? Failed : 0;
}

static int Say(string text, int code)
{
    Console.Error.WriteLine(text.ReplaceLineEndings(" "));
    return code;
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
