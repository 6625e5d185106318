using System.CommandLine;
using System.Text;

namespace Muster.Cli.Docs;

/// <summary>Writes the reference of all verbs as a page.</summary>
internal static class ReferencePage
{
    private const string Head = """
        # The command line: `muster`

        `muster` looks at a cluster and steers it, over the HTTP API. This page is made from the program itself: `muster docs`.

        ```
        muster [HOST:PORT] VERB ...     one verb, at this gateway
        muster [HOST:PORT]              an interactive shell: history, completion by Tab, `> FILE` behind a verb
        muster VERB --help              what a verb takes, with an example
        ```

        **Which gateway.** The first argument when it is `HOST:PORT` or an address with `https://`; else the variable `MUSTER_URL`; else
        `127.0.0.1:8080`. A gateway that needs keys is shown the one in `MUSTER_KEY`. The certificate of an `https` gateway has to be trusted:
        name the file of its authority in `SSL_CERT_FILE`.

        **What it prints.** Tables on a terminal; elsewhere one line for each thing, its cells with tabs between them; with `--json` what the
        gateway says. Characters that could steer a terminal are never printed raw. Colours follow `NO_COLOR` and `TERM`.

        **How it ends.**

        | exit code | means |
        |---|---|
        | 0 | it is done; what was waited for succeeded |
        | 1 | it was refused, or what was waited for failed |
        | 2 | the command line is wrong |
        | 3 | no gateway answers, or none that lets you in: wrong address, key, certificate or version |
        | 130 | Ctrl+C, before it was done; a stream that is followed ends with 0 |

        """;

    /// <summary>The page.</summary>
    public static string Of(RootCommand root)
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        page.Append("\n## Verbs\n\n| verb | does |\n|---|---|\n");
        var verbs = Verbs(root, "").ToList();
        foreach (var (path, verb) in verbs)
        {
            page.Append($"| [`{path}`](#{path.Replace(' ', '-')}) | {verb.Description} |\n");
        }

        page.Append("\nEvery verb also takes:\n\n| option | means |\n|---|---|\n");
        foreach (var option in root.Options.Where(o => o.Recursive && !o.Hidden && o is not System.CommandLine.Help.HelpOption))
        {
            page.Append(Row(option));
        }

        foreach (var (path, verb) in verbs)
        {
            page.Append($"\n### {path}\n\n{verb.Description}.\n\n```\n{Usage(path, verb)}\n```\n");
            if (verb.Arguments.Any() || verb.Options.Any())
            {
                page.Append("\n| | means |\n|---|---|\n");
                foreach (var argument in verb.Arguments)
                {
                    page.Append($"| `{argument.Name}` | {argument.Description} |\n");
                }

                foreach (var option in verb.Options)
                {
                    page.Append(Row(option));
                }
            }

            page.Append($"\n```bash\n{verb.Example}\n```\n");
        }

        return page.ToString();
    }

    /// <summary>All verbs that are not hidden, with the words that lead to them.</summary>
    public static IEnumerable<(string Path, Verb Verb)> Verbs(Command command, string path) => command.Subcommands.Where(c => !c.Hidden).SelectMany(c =>
    {
        var at = path.Length == 0 ? c.Name : $"{path} {c.Name}";
        return c is Verb verb ? [(at, verb)] : Verbs(c, at);
    });

    private static string Usage(string path, Verb verb) =>
        string.Join(' ', [$"muster {path}", .. verb.Arguments.Select(a => a.Arity.MinimumNumberOfValues == 0 ? $"[{a.Name}]" : a.Arity.MaximumNumberOfValues > 1 ? $"{a.Name}..." : a.Name), .. verb.Options.Any() ? (string[])["[options]"] : []]);

    private static string Row(Option option)
    {
        var names = string.Join(", ", option.Aliases.Prepend(option.Name).Select(n => $"`{n}{(option.HelpName is { } value ? $" {value}" : "")}`"));
        var standard = option.HasDefaultValue && option.ValueType != typeof(bool) && !option.Required && option.GetDefaultValue() is { } given and not Array ? $" (default: {given})" : "";
        return $"| {names} | {option.Description?.Replace("|", "\\|", StringComparison.Ordinal)}{standard}{(option.Required ? " (needed)" : "")} |\n";
    }
}
