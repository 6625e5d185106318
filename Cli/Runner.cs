using System.CommandLine;
using System.CommandLine.Help;
using Muster.Cli.Output;

namespace Muster.Cli;

/// <summary>Runs one command line, and says what was wrong with it.</summary>
internal static class Runner
{
    private const int Interrupted = 130;

    /// <summary>Verbs that go on until somebody ends them; that is how they succeed.</summary>
    private static readonly string[] Streams = ["tail", "events", "logs", "ps", "up"];

    private static readonly ParserConfiguration Parser = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <summary>Runs it.</summary>
    /// <param name="root">The verbs.</param>
    /// <param name="words">The command line.</param>
    /// <param name="cancel">Ctrl+C.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> words, CancellationToken cancel)
    {
        var parsed = root.Parse(words, Parser);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            return await WrongAsync(parsed).ConfigureAwait(false);
        }

        try
        {
            var exit = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancel).ConfigureAwait(false);
            if (parsed.Action is HelpAction && parsed.CommandResult.Command is Verb verb)
            {
                await Console.Out.WriteLineAsync($"Example:\n  {verb.Example}\n").ConfigureAwait(false);
            }

            return exit;
        }
        catch (CliException e)
        {
            await Console.Error.WriteLineAsync(Safe.Line(e.Message)).ConfigureAwait(false);
            return e.ExitCode;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return Streams.Contains(parsed.CommandResult.Command.Name) ? ExitCode.Ok : Interrupted;
        }
    }

    private static async Task<int> WrongAsync(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = string.Join(' ', Path(parsed.CommandResult).Prepend("muster"));
        var wrong = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        var said = wrong switch
        {
            null when command.Subcommands.Any() => $"'{path}' needs one of: {string.Join(", ", command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}.",
            null => Plain(parsed.Errors[0].Message),
            _ when wrong.StartsWith('-') => $"'{path}' has no option {wrong}.{Nearest(wrong, Options(parsed))}",
            _ when command.Subcommands.Any() => $"There is no verb '{wrong}' in '{path}'.{Nearest(wrong, command.Subcommands.Where(c => !c.Hidden).SelectMany(c => c.Aliases.Prepend(c.Name)))}",
            _ => $"'{path}' takes no '{wrong}'.",
        };
        await Console.Error.WriteLineAsync(Safe.Line($"{said} See '{path} --help'.")).ConfigureAwait(false);
        return ExitCode.Usage;
    }

    // The library tells of types of this language.
    private static string Plain(string message) =>
        message.StartsWith("Cannot parse argument ", StringComparison.Ordinal) && message.Split('\'') is [_, var given, _, var taker, ..] ? $"'{taker}' takes a number, not '{given}'." : message;

    private static IEnumerable<string> Path(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult parent ? Path(parent).Append(result.Command.Name) : [];

    private static IEnumerable<string> Options(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options).SelectMany(o => o.Aliases.Prepend(o.Name));

    private static string Nearest(string wrong, IEnumerable<string> known)
    {
        var (best, distance) = known.Select(k => (k, Words.Distance(wrong, k))).OrderBy(k => k.Item2).FirstOrDefault();
        // Further away it would be a guess.
        return best is not null && distance <= Math.Max(2, wrong.Length / 3) ? $" Did you mean '{best}'?" : "";
    }
}
