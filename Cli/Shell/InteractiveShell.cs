using System.CommandLine;
using System.Runtime.InteropServices;
using Muster.Cli.Output;

namespace Muster.Cli.Shell;

/// <summary>A shell for one gateway: verbs as on the command line, without the name of the program.</summary>
/// <param name="session">Which gateway.</param>
/// <param name="root">The verbs.</param>
internal sealed class InteractiveShell(Session session, RootCommand root)
{
    private static readonly string[] Own = ["exit", "help", "quit"];

    private readonly History _history = new(History.FileOfUser());
    private CancellationTokenSource? _running;

    /// <summary>Runs until the end of the input, or <c>exit</c>.</summary>
    /// <returns>The exit code: that of the last verb when the input is no terminal, else 0.</returns>
    public async Task<int> RunAsync()
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            _running?.Cancel();
        });
        var isTerminal = !Console.IsInputRedirected && !Console.IsOutputRedirected;
        if (isTerminal)
        {
            // Wrong addresses and keys show at once, not with the first verb.
            await session.Gateway.GetAsync("/v1/cluster", CancellationToken.None).ConfigureAwait(false);
            await Console.Out.WriteLineAsync($"connected to {session.Target.Name}; 'help' shows the verbs, Tab completes, 'exit' ends").ConfigureAwait(false);
        }

        var editor = new LineEditor(_history, Complete);
        var exit = ExitCode.Ok;
        while (await ReadAsync(isTerminal ? editor : null).ConfigureAwait(false) is { } line)
        {
            var text = line.Trim();
            if (text is "exit" or "quit")
            {
                break;
            }

            if (text.Length > 0 && !text.StartsWith('#'))
            {
                if (isTerminal)
                {
                    _history.Add(text);
                }

                exit = await ExecuteAsync(text).ConfigureAwait(false);
            }
        }

        return isTerminal ? ExitCode.Ok : exit;
    }

    private async Task<string?> ReadAsync(LineEditor? editor)
    {
        if (editor is null)
        {
            return await Console.In.ReadLineAsync().ConfigureAwait(false);
        }

        // As a character while a line is typed, as a signal while a verb runs.
        Console.TreatControlCAsInput = true;
        try
        {
            return editor.Read($"[{session.Target.Name}] muster> ");
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }

    private async Task<int> ExecuteAsync(string text)
    {
        using var running = new CancellationTokenSource();
        _running = running;
        var (output, isTerminal) = (session.Output, session.IsTerminal);
        StreamWriter? file = null;
        try
        {
            var line = CommandLine.Parse(text);
            if (line.File is { } path)
            {
                file = new StreamWriter(path, line.Append);
                (session.Output, session.IsTerminal) = (file, false);
            }

            string[] words = line.Words is ["help", ..] ? [.. line.Words.Skip(1), "--help"] : [.. line.Words];
            return words.Length == 0 ? ExitCode.Ok : await Runner.RunAsync(root, words, running.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is CliException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(Safe.Line(e.Message)).ConfigureAwait(false);
            return (e as CliException)?.ExitCode ?? ExitCode.Usage;
        }
        finally
        {
            _running = null;
            (session.Output, session.IsTerminal) = (output, isTerminal);
            if (file is not null)
            {
                await file.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private IReadOnlyList<string> Complete(string before)
    {
        var found = root.Parse(before).GetCompletions(before.Length).Select(c => c.InsertText ?? c.Label);
        return [.. before.Contains(' ', StringComparison.Ordinal) ? found : found.Concat(Own)];
    }
}
