using System.CommandLine;
using Microsoft.Extensions.Logging;
using Muster.Workers.Flamenco.Configuration;
using Muster.Workers.Flamenco.Life;
using Muster.Workers.Shared;

namespace Muster.Workers.Flamenco;

/// <summary>The command line.</summary>
internal static class FlamencoCommand
{
    private static readonly Option<string?> Config = new("--config", "-c") { Description = "Read this file instead of ./flamenco-worker.cfg and ~/.flamenco-worker.cfg, and keep id and secret in it", HelpName = "FILE" };
    private static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "Say more" };
    private static readonly Option<bool> Debug = new("--debug", "-d") { Description = "Say everything" };
    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Say only what went wrong" };
    private static readonly Option<bool> Reregister = new("--reregister", "-r") { Description = "Register anew, also with an id and a secret in the files" };
    private static readonly Option<bool> RegisterOnce = new("--register-once") { Description = "Try to register once; without it, again and again until it succeeds" };
    private static readonly Option<bool> Test = new("--test", "-t") { Description = "Take only tasks of type test-blender-render, and say that this is a test" };
    private static readonly Option<bool> Single = new("--single", "-1") { Description = "End after one task" };
    private static readonly Option<StopAction> OnStop = new("--on-stop") { Description = "What becomes of the running task when the worker is stopped: 'fail' marks it failed, 'return' gives it back to the manager", DefaultValueFactory = _ => StopAction.Fail };

    public static RootCommand Create()
    {
        var root = new RootCommand("A worker for a Flamenco manager: registers, takes one task after the other, runs its commands, and reports. Ctrl+C stops it; exit code 0.")
        {
            Config, Verbose, Debug, Quiet, Reregister, RegisterOnce, Test, Single, OnStop,
        };
        root.SetAction((parsed, _) => RunAsync(
            new FlamencoArguments
            {
                ConfigFile = parsed.GetValue(Config),
                Reregister = parsed.GetValue(Reregister),
                RegisterOnce = parsed.GetValue(RegisterOnce),
                Test = parsed.GetValue(Test),
                Single = parsed.GetValue(Single),
                OnStop = parsed.GetValue(OnStop),
            },
            parsed.GetValue(Debug) || parsed.GetValue(Verbose) ? LogLevel.Debug : parsed.GetValue(Quiet) ? LogLevel.Warning : LogLevel.Information));
        return root;
    }

    private static async Task<int> RunAsync(FlamencoArguments arguments, LogLevel level)
    {
        using var logs = WorkerLog.Create(level);
        var files = FlamencoConfiguration.Files(arguments.ConfigFile);
        var settings = FlamencoConfiguration.Load(files);
        using var signals = new StopSignals();
        var program = FlamencoProgram.Create(settings, arguments, files, TimeProvider.System, logs.CreateLogger("flamenco-worker"), signals);
        await using (program.ConfigureAwait(false))
        {
            await program.Worker.RunAsync(signals.Stopping).ConfigureAwait(false);
        }

        return 0;
    }
}
