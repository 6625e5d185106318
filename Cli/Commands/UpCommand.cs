using System.CommandLine;
using System.Diagnostics;

namespace Muster.Cli.Commands;

/// <summary>Starts a whole cluster on this machine.</summary>
internal static class UpCommand
{
    private const string Program = "Cluster.Seed";

    private static readonly Option<string> Seed = new("--seed") { Description = "Where the program Cluster.Seed is, if not beside this one (or set MUSTER_SEED_PROGRAM)", HelpName = "FILE" };

    private static readonly Argument<string[]> More = new("OPTIONS") { Description = "Options of the seed, behind --, like --data ./work --slots 8", Arity = ArgumentArity.ZeroOrMore };

    public static Command Create(Session session) =>
        new Verb(session, "up", "Start a whole cluster here: store, engine, gateway and a worker. Ctrl+C stops it; what has not finished goes on at the next start", "muster up -- --data ./work", RunAsync).Taking(More, Seed);

    private static async Task<int> RunAsync(Call call)
    {
        var program = Find(call.Get(Seed) ?? Environment.GetEnvironmentVariable("MUSTER_SEED_PROGRAM"))
            ?? throw new CliException(ExitCode.Usage, $"The program {Program} is not beside this one. Name it: muster up --seed FILE, or MUSTER_SEED_PROGRAM.");
        var isAssembly = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(isAssembly ? "dotnet" : program) { UseShellExecute = false };
        if (isAssembly)
        {
            start.ArgumentList.Add(program);
        }

        if (!call.Get(More).Contains("--urls") && Environment.GetEnvironmentVariable("MUSTER_URLS") is null)
        {
            start.ArgumentList.Add("--urls");
            start.ArgumentList.Add(call.Session.Target.Address.ToString().TrimEnd('/'));
        }

        foreach (var argument in call.Get(More))
        {
            start.ArgumentList.Add(argument);
        }

        using var seed = Process.Start(start) ?? throw new CliException($"{program} could not be started.");
        // Ctrl+C reaches the seed too, because it is of the same terminal; a signal to this program alone is passed on.
        await using var stop = call.Cancel.Register(() => Stop(seed.Id));
        await seed.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return seed.ExitCode;
    }

    private static void Stop(int id)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-TERM", id.ToString(System.Globalization.CultureInfo.InvariantCulture)]) { UseShellExecute = false });
    }

    private static string? Find(string? named)
    {
        if (named is not null)
        {
            return File.Exists(named) ? named : throw new CliException(ExitCode.Usage, $"There is no program {named}.");
        }

        // Installed side by side, or built from source.
        var here = AppContext.BaseDirectory;
        foreach (var folder in (string[])[here, Path.Combine(here, "seed"), Path.Combine(here, "..", "seed")])
        {
            foreach (var name in (string[])[$"{Program}.dll", Program, $"{Program}.exe"])
            {
                if (File.Exists(Path.Combine(folder, name)))
                {
                    return Path.Combine(folder, name);
                }
            }
        }

        for (var up = new DirectoryInfo(here); up is not null; up = up.Parent)
        {
            foreach (var kind in (string[])["Release", "Debug"])
            {
                var built = Path.Combine(up.FullName, Program, "bin", kind, "net10.0", $"{Program}.dll");
                if (File.Exists(built))
                {
                    return built;
                }
            }
        }

        return null;
    }
}
