using System.CommandLine;
using Muster.Cli.Output;

namespace Muster.Cli;

/// <summary>A verb with an example of its use.</summary>
internal sealed class Verb : Command
{
    public Verb(Session session, string name, string description, string example, Func<Call, Task<int>> run)
        : base(name, description)
    {
        Example = example;
        SetAction(async (parsed, cancel) =>
        {
            var screen = new Screen(session.Output, session.IsTerminal, parsed.GetValue(Verbs.Json));
            var exit = await run(new Call(session, parsed, screen, cancel)).ConfigureAwait(false);
            screen.Flush();
            return exit;
        });
    }

    /// <summary>How it is called, as it would be typed.</summary>
    public string Example { get; }

    /// <summary>Adds options and arguments.</summary>
    public Verb Taking(params ReadOnlySpan<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                Add(argument);
            }
            else
            {
                Add((Option)symbol);
            }
        }

        return this;
    }

    /// <summary>The same under another name too.</summary>
    public Verb Or(string alias)
    {
        Aliases.Add(alias);
        return this;
    }
}
