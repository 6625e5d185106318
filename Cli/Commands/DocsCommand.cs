using System.CommandLine;
using Muster.Cli.Docs;

namespace Muster.Cli.Commands;

/// <summary>Prints the reference of all verbs.</summary>
internal static class DocsCommand
{
    public static Command Create(Session session) => new Verb(session, "docs", "Print the reference of all verbs as Markdown", "muster docs > docs/cli.md", async c =>
    {
        await session.Output.WriteAsync(ReferencePage.Of((RootCommand)c.Parsed.RootCommandResult.Command)).ConfigureAwait(false);
        return ExitCode.Ok;
    })
    { Hidden = true };
}
