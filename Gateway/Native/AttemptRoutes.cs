using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Native;

/// <summary>What a worker says of the attempts that it holds, one by one or many at once.</summary>
internal static class AttemptRoutes
{
    private static readonly string[] Verbs = ["heartbeat", "progress", "logs", "complete", "fail", "release"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var one = routes.MapGroup("/v1/processes/{id}/attempts/{attempt:int}").WithTags("Workers");
        var many = routes.MapGroup("/v1/attempts").WithTags("Workers");
        foreach (var verb in Verbs)
        {
            one.MapPost($"/{verb}", (string id, int attempt, HttpContext http, NativeServices services) => OneAsync(verb, id, attempt, http, services))
                .For(KeyRole.Worker).WithName($"attempt-{verb}").WithSummary(Summary(verb)).Accepts<AttemptWire>("application/json").Produces<AttemptReplyWire>().ProducesProblem(409);
            many.MapPost($"/{verb}", (HttpContext http, NativeServices services) => ManyAsync(verb, http, services))
                .For(KeyRole.Worker).WithName($"attempts-{verb}").WithSummary($"{Summary(verb)}; many at once, each with its own verdict").Accepts<AttemptBatchWire>("application/json").Produces<BatchWire>();
        }
    }

    private static string Summary(string verb) => verb switch
    {
        "heartbeat" => "The attempt is alive; may leave a checkpoint",
        "progress" => "How far the attempt is",
        "logs" => "Lines that the attempt wrote",
        "complete" => "The attempt completed the process",
        "fail" => "The attempt failed",
        _ => "Give the attempt back, not counted",
    };

    private static async Task<IResult> OneAsync(string verb, string id, int attempt, HttpContext http, NativeServices services)
    {
        var process = ProcessRoutes.Address(id, http);
        var body = await Bodies.ReadOrDefaultAsync(http, NativeJson.Default.AttemptWire).ConfigureAwait(false);
        var reply = await services.Gate.SendAsync(Command(verb, process, attempt, body, Caller.Of(http), services), http.RequestAborted).ConfigureAwait(false);
        return reply is ProcessReply.Done done
            ? Results.Json(new AttemptReplyWire(done.Status, done.Cancel, done.LeaseUntil, services.Drain.IsDraining), NativeJson.Default.AttemptReplyWire)
            : ProcessRoutes.Refused(reply);
    }

    private static async Task<IResult> ManyAsync(string verb, HttpContext http, NativeServices services)
    {
        var body = await Bodies.ReadAsync(http, NativeJson.Default.AttemptBatchWire).ConfigureAwait(false);
        var items = body.Items ?? throw new BadRequestException(400, "'items' is missing.", "items");
        if (items.Length > Checks.BatchItems)
        {
            throw new BadRequestException(413, $"The batch has {items.Length} items; at most {Checks.BatchItems} are taken. Send several.", "items");
        }

        var by = Caller.Of(http);
        var verdicts = await Task.WhenAll(items.Select(ItemAsync)).ConfigureAwait(false);
        return Results.Json(new BatchWire(verdicts), NativeJson.Default.BatchWire);

        async Task<BatchItemWire> ItemAsync(AttemptWire? item)
        {
            if (item is null)
            {
                return new BatchItemWire { Status = 400, Problem = Problems.Details(400, "An item is an object.") };
            }

            try
            {
                var process = new ProcessId(Caller.Namespace(http, item.Namespace), Checks.Id(item.Id, "id"));
                var attempt = item.Attempt ?? throw new BadRequestException(400, "'attempt' is missing.", "attempt");
                return await services.Gate.SendAsync(Command(verb, process, attempt, item, by, services), http.RequestAborted).ConfigureAwait(false) switch
                {
                    ProcessReply.Done done => new BatchItemWire { Status = 200, Id = item.Id, Cancel = done.Cancel, LeaseUntil = done.LeaseUntil },
                    ProcessReply.Refused refused => new BatchItemWire { Status = Problems.Status(refused.Problem), Id = item.Id, Problem = Problems.Details(Problems.Status(refused.Problem), refused.Message) },
                    _ => new BatchItemWire { Status = 500, Id = item.Id },
                };
            }
            catch (BadRequestException e)
            {
                return new BatchItemWire { Status = e.Status, Id = item.Id, Problem = Problems.Details(e.Status, e.Message, e.Field) };
            }
        }
    }

    private static ProcessCommand Command(string verb, ProcessId process, int attempt, AttemptWire body, string by, NativeServices services)
    {
        Checks.InRange(attempt, 1, int.MaxValue, "attempt");
        // A repeated word of the same attempt is recognized by what it says, so the id need not come from outside.
        return verb switch
        {
            "heartbeat" => new ProcessCommand.Heartbeat
            {
                Process = process,
                CommandId = ProcessRoutes.Fresh(),
                By = by,
                Attempt = attempt,
                Checkpoint = Sized(body.Checkpoint, Checks.CheckpointBytes, "checkpoint"),
            },
            "progress" => new ProcessCommand.Progress
            {
                Process = process,
                CommandId = ProcessRoutes.Fresh(),
                By = by,
                Attempt = attempt,
                Fraction = body.Fraction is { } f ? Checks.InRange(f, 0d, 1d, "fraction") : null,
                Message = Checks.Short(body.Message, 1024, "message"),
            },
            "logs" => new ProcessCommand.AppendLog { Process = process, CommandId = ProcessRoutes.Fresh(), By = by, Attempt = attempt, Lines = Lines(body, services.Clock) },
            "complete" => Complete(process, attempt, body, by),
            "fail" => new ProcessCommand.Fail
            {
                Process = process,
                CommandId = $"fail-{attempt}",
                By = by,
                Attempt = attempt,
                Error = Checks.Short(body.Error, Checks.Text, "error") ?? "The worker gave no reason.",
                Retryable = body.Retryable ?? true,
            },
            _ => new ProcessCommand.Release { Process = process, CommandId = $"release-{attempt}", By = by, Attempt = attempt, Reason = Checks.Short(body.Reason, 1024, "reason") ?? "Released by its worker." },
        };
    }

    private static ProcessCommand.Complete Complete(ProcessId process, int attempt, AttemptWire body, string by)
    {
        var result = Sized(body.Result is { ValueKind: JsonValueKind.Null } ? null : body.Result, Checks.ResultBytes, "result");
        return new ProcessCommand.Complete
        {
            Process = process,
            // Another result under the same attempt must not pass for a repetition.
            CommandId = ProcessRoutes.Fresh(),
            By = by,
            Attempt = attempt,
            Result = result,
            ResultHash = ResultHash.Of(result),
        };
    }

    private static JsonElement? Sized(JsonElement? value, int max, string field)
    {
        if (value is not { } v)
        {
            return null;
        }

        var size = JsonMarshal.GetRawUtf8Value(v).Length;
        if (size > max)
        {
            throw new BadRequestException(413, $"'{field}' is {size} bytes; at most {max} are taken. Put large output into a file of the process.", field);
        }

        Checks.Unicode(v, field);
        return v;
    }

    private static ImmutableArray<LogLine> Lines(AttemptWire body, TimeProvider clock)
    {
        var lines = body.Lines ?? throw new BadRequestException(400, "'lines' is missing.", "lines");
        if (lines.Length is 0 or > Checks.BatchItems)
        {
            throw new BadRequestException(lines.Length == 0 ? 400 : 413, $"Between 1 and {Checks.BatchItems} lines are taken at once.", "lines");
        }

        return [.. lines.Select((line, i) =>
        {
            var text = line?.Text ?? throw new BadRequestException(400, "A line is an object with 'text'.", $"lines[{i}].text");
            if (Encoding.UTF8.GetByteCount(text) > Checks.LogLineBytes)
            {
                throw new BadRequestException(413, $"A line is at most {Checks.LogLineBytes} bytes. Split it.", $"lines[{i}].text");
            }

            var sequence = line.Sequence ?? throw new BadRequestException(400, "A line has a 'sequence' that rises within the attempt.", $"lines[{i}].sequence");
            return new LogLine(Checks.InRange(sequence, 0, long.MaxValue, $"lines[{i}].sequence"), line.At ?? clock.GetUtcNow(), Checks.Short(line.Stream, 32, $"lines[{i}].stream") ?? "log", text);
        })];
    }
}
