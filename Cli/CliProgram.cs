using System.CommandLine;
using System.Runtime.InteropServices;
using Muster.Cli.Shell;

namespace Muster.Cli;

/// <summary>The program: one verb, or a shell.</summary>
internal static class CliProgram
{
    /// <summary>Runs it.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var target = args.Length > 0 ? Target.Parse(args[0]) : null;
            var words = target is null ? args : args[1..];
            using var session = new Session(target ?? Target.OfEnvironment(), Environment.GetEnvironmentVariable("MUSTER_KEY"));
            var root = Verbs.Create(session);
            if (words.Length == 0)
            {
                return await new InteractiveShell(session, root).RunAsync().ConfigureAwait(false);
            }

            using var stop = new CancellationTokenSource();
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            return await Runner.RunAsync(root, words, stop.Token).ConfigureAwait(false);

            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = true;
                stop.Cancel();
            }
        }
        catch (CliException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return e.ExitCode;
        }
    }
}
