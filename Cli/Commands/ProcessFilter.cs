using System.CommandLine;
using System.Text.Json.Nodes;
using Muster.Cli.Http;

namespace Muster.Cli.Commands;

/// <summary>Which processes are meant.</summary>
internal sealed class ProcessFilter
{
    private static readonly string[] Fields = ["status", "queue", "func", "name", "executor"];

    public static readonly Option<string[]> State = new("--state", "-s") { Description = "Any of these states: blocked, waiting, running, succeeded, failed, cancelled", HelpName = "STATE" };

    public static readonly Option<string> Queue = new("--queue", "-q") { Description = "Of this queue", HelpName = "NAME" };

    public static readonly Option<string[]> Label = new("--label", "-l") { Description = "With this label; may be given again", HelpName = "NAME=VALUE" };

    public static readonly Option<string> Func = new("--func") { Description = "Of this function", HelpName = "NAME" };

    public static readonly Option<string> Executor = new("--executor") { Description = "Whose last attempt this executor had", HelpName = "ID" };

    public static readonly Option<string> Workflow = new("--workflow") { Description = "Of this workflow", HelpName = "ID" };

    public static Symbol[] Options { get; } = [State, Queue, Label, Func, Executor, Workflow];

    /// <summary>The query of a list.</summary>
    public static Query Query(Call call) => call.Query().With("status", call.Get(State) is { Length: > 0 } states ? string.Join(',', states) : null).With("queue", call.Get(Queue))
        .WithEach("label", call.Get(Label)).With("func", call.Get(Func)).With("executor", call.Get(Executor)).With("workflow", call.Get(Workflow));

    /// <summary>Reads a filter like <c>status=failed queue=images label.env=prod created&lt;2026-01-31</c> as a bulk call takes it.</summary>
    /// <exception cref="CliException">A part of it is none.</exception>
    public static JsonObject Where(string text)
    {
        var filter = new JsonObject();
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = part.IndexOfAny(['=', '<', '>']);
            if (at <= 0)
            {
                throw Wrong(part);
            }

            var (field, sign, value) = (part[..at], part[at], part[(at + 1)..]);
            switch (field)
            {
                case "status" or "state" when sign == '=':
                    filter["status"] = new JsonArray([.. value.Split(',').Select(v => (JsonNode?)v)]);
                    break;
                case "created" when sign is '<' or '>':
                    filter[sign == '<' ? "createdBefore" : "createdAfter"] = value;
                    break;
                case var _ when field.StartsWith("label.", StringComparison.Ordinal) && sign == '=':
                    (filter["labels"] ??= new JsonObject()).AsObject()[field[6..]] = value;
                    break;
                case var _ when Fields.Contains(field) && sign == '=':
                    filter[field] = value;
                    break;
                default:
                    throw Wrong(part);
            }
        }

        return filter.Count == 0 ? throw Wrong(text) : filter;
    }

    private static CliException Wrong(string part) => new(ExitCode.Usage, $"'{part}' is no filter. Write parts like status=failed queue=images func=resize name=x executor=w1 label.env=prod created<2026-01-31, with blanks between them.");
}
