using System.CommandLine;
using System.Runtime.CompilerServices;
using Muster.Cli;
using Muster.Cli.Commands;
using Muster.Cli.Docs;
using Muster.Cli.Http;
using Muster.Cli.Output;
using Muster.Cli.Shell;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli;

/// <summary>What the program says of itself, and the parts of it that need no cluster.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public async Task The_page_of_the_verbs_is_what_the_program_writes()
    {
        using var session = new Session(Target.Parse("127.0.0.1:1")!, null);
        (await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "cli.md"))).ShouldBe(ReferencePage.Of(Verbs.Create(session)), "write it anew: dotnet run --project Cli -- docs > docs/cli.md");
    }

    [Fact]
    public void Every_verb_has_an_example_that_it_takes()
    {
        using var session = new Session(Target.Parse("127.0.0.1:1")!, null);
        var root = Verbs.Create(session);
        foreach (var (path, verb) in ReferencePage.Verbs(root, ""))
        {
            var example = verb.Example.Replace("source <(", "", StringComparison.Ordinal).TrimEnd(')');
            example.ShouldStartWith($"muster {path}");
            var parsed = root.Parse([.. CommandLine.Parse(example).Words.Skip(1)]);
            parsed.Errors.ShouldBeEmpty(example);
            parsed.CommandResult.Command.ShouldBe(verb, example);
        }
    }

    [Fact]
    public void The_tool_knows_wires_only() => typeof(Session).Assembly.GetReferencedAssemblies().Select(a => a.Name!)
        .Where(n => n.StartsWith("Muster", StringComparison.Ordinal) || n.StartsWith("Akka", StringComparison.Ordinal) || n.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)).ShouldBeEmpty();

    [Theory]
    [InlineData("plain größe 漢字", "plain größe 漢字")]
    [InlineData("\u001b]0;title\u0007", "\\u001b]0;title\\u0007")]
    [InlineData("a\u009b31mb", "a\\u009b31mb")]
    [InlineData("turn\u202eed", "turn\\u202eed")]
    [InlineData("two\nlines\r\nthree\rback", "two\u23celines\u23cethree\\u000dback")]
    [InlineData("tab\there", "tab here")]
    public void What_could_steer_a_terminal_is_shown_and_not_sent(string text, string shown) => Safe.Line(text).ShouldBe(shown);

    [Theory]
    [InlineData("127.0.0.1:8080", "http://127.0.0.1:8080/")]
    [InlineData("[::1]:9", "http://[::1]:9/")]
    [InlineData("db-1.example:80", "http://db-1.example/")]
    [InlineData("https://muster.example", "https://muster.example/")]
    [InlineData("https://example/muster", "https://example/muster/")]
    [InlineData("cluster", null)]
    [InlineData("a:b", null)]
    [InlineData("a:0", null)]
    [InlineData("a:70000", null)]
    public void An_address_is_told_from_a_verb(string text, string? address) => Target.Parse(text)?.Address.ToString().ShouldBe(address);

    [Theory]
    [InlineData("status=failed,cancelled queue=q", """{"status":["failed","cancelled"],"queue":"q"}""")]
    [InlineData("label.env=prod label.team=a=b created<2026-01-31", """{"labels":{"env":"prod","team":"a=b"},"createdBefore":"2026-01-31"}""")]
    public void A_filter_is_read(string text, string body) => Json.Line(ProcessFilter.Where(text)).ShouldBe(body);

    [Theory]
    [InlineData("")]
    [InlineData("failed")]
    [InlineData("colour=green")]
    [InlineData("queue<q")]
    [InlineData("=x")]
    public void What_is_no_filter_is_refused(string text) => Should.Throw<CliException>(() => ProcessFilter.Where(text)).ExitCode.ShouldBe(ExitCode.Usage);

    [Theory]
    [InlineData("ps -q 'two words' \"a\\\"b\" c\\ d", new[] { "ps", "-q", "two words", "a\"b", "c d" }, null, false)]
    [InlineData("cluster show > file.txt", new[] { "cluster", "show" }, "file.txt", false)]
    [InlineData("cluster show >>file.txt", new[] { "cluster", "show" }, "file.txt", true)]
    [InlineData("cancel --where 'created>2026-01-01'", new[] { "cancel", "--where", "created>2026-01-01" }, null, false)]
    [InlineData("x ''", new[] { "x", "" }, null, false)]
    public void A_line_of_the_shell_is_read(string line, string[] words, string? file, bool append)
    {
        var read = CommandLine.Parse(line);
        read.Words.ShouldBe(words);
        (read.File, read.Append).ShouldBe((file, append));
    }

    [Theory]
    [InlineData(60, new[] { 4, 20, 6 })]
    [InlineData(28, new[] { 4, 14, 6 })]
    [InlineData(10, new[] { 4, 8, 6 })]
    public void A_table_is_as_wide_as_its_terminal_as_long_as_it_can(int room, int[] widths) =>
        Tables.Widths(["id", "reason", "status"], [["abcd", "twenty characters...", "failed"]], room).ShouldBe(widths);

    [Theory]
    [InlineData("0123456789", 4, new[] { "0123", "4567", "89" })]
    [InlineData("漢字漢字", 5, new[] { "漢字", "漢字" })]
    [InlineData("", 4, new[] { "" })]
    public void A_long_cell_is_broken_into_lines(string text, int width, string[] lines) => Tables.Lines(text, width).ShouldBe(lines);

    [Fact]
    public async Task Scripts_for_shells_are_printed()
    {
        foreach (var shell in new[] { "bash", "zsh" })
        {
            var script = await Tool.RunAsync(Path.GetTempPath(), new Dictionary<string, string>(), ["completion", shell]);
            script.Exit.ShouldBe(0);
            script.Output.ShouldContain("[suggest:");
        }

        var words = await Tool.RunAsync(Path.GetTempPath(), new Dictionary<string, string>(), ["[suggest:17]", "muster cluster sh"]);
        words.Output.ShouldBe("show\n");
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
