using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Serialization;
using Muster.Persistence.Keys;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native;

/// <summary>Submit, look at and control processes.</summary>
internal static class ProcessRoutes
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonDocumentOptions LineOptions = new() { MaxDepth = Bodies.MaxDepth, AllowDuplicateProperties = false };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/processes").WithTags("Processes");
        group.MapPost("", SubmitAsync).For(KeyRole.Submitter).WithName("submit").WithSummary("Submit one process, an array, or NDJSON of many")
            .Accepts<SubmitWire>("application/json", "application/x-ndjson").Produces<ProcessWire>(201).Produces<ProcessWire>(200).Produces<BatchWire>(200).ProducesProblem(400).ProducesProblem(409).ProducesProblem(503);
        group.MapGet("", ListAsync).For(KeyRole.Reader).WithName("list").WithSummary("List processes, the newest first").Produces<ProcessPageWire>();
        group.MapGet("/{id}", GetAsync).For(KeyRole.Reader).WithName("get").WithSummary("One process; with ?wait=30s it answers when it is final, or after that time").Produces<ProcessWire>().ProducesProblem(404);
        group.MapPost("/{id}/cancel", CancelAsync).For(KeyRole.Submitter).WithName("cancel").WithSummary("Stop for good").Accepts<ReasonWire>("application/json").Produces<ProcessWire>().ProducesProblem(409);
        group.MapPost("/{id}/retry", RetryAsync).For(KeyRole.Submitter).WithName("retry").WithSummary("Start a new series of attempts on a finished process").Accepts<ReasonWire>("application/json").Produces<ProcessWire>().ProducesProblem(409);
        group.MapPost("/{id}/priority", PriorityAsync).For(KeyRole.Submitter).WithName("priority").WithSummary("Change its place in the queue").Accepts<PriorityWire>("application/json").Produces<ProcessWire>().ProducesProblem(409);
        group.MapPost("/{id}/attributes", AttributesAsync).For(KeyRole.Submitter, KeyRole.Worker).WithName("attributes").WithSummary("Attach values; null removes one").Accepts<Dictionary<string, string?>>("application/json").Produces<ProcessWire>();
        group.MapGet("/{id}/history", HistoryAsync).For(KeyRole.Reader).WithName("history").WithSummary("Every transition, with time and reason").Produces<HistoryWire>().ProducesProblem(404);
    }

    private static async Task<IResult> SubmitAsync(HttpContext http, NativeServices services)
    {
        var by = Caller.Of(http);
        var traceParent = http.Request.Headers.TraceParent.ToString() is { Length: > 0 and <= 64 } t ? t : null;
        var inAddress = http.Request.Query["namespace"].FirstOrDefault();
        if (http.Request.ContentType?.StartsWith("application/x-ndjson", StringComparison.OrdinalIgnoreCase) == true)
        {
            return await ManyAsync(await LinesAsync(http).ConfigureAwait(false)).ConfigureAwait(false);
        }

        var body = await Bodies.ReadAsync(http, NativeJson.Default.JsonElement).ConfigureAwait(false);
        if (body.ValueKind == JsonValueKind.Array)
        {
            return await ManyAsync([.. body.EnumerateArray().Select(Parse)]).ConfigureAwait(false);
        }

        var submission = Parse(body) switch
        {
            Submission s => s,
            var e => throw (Exception)e,
        };
        if (await BatchSubmission.MissingParentAsync(services.Store.Read, submission.Process.Namespace, submission.Spec.After, http.RequestAborted).ConfigureAwait(false) is { } missing)
        {
            throw new BadRequestException(400, BatchSubmission.MissingParent(missing, submission.Process.Namespace), "after");
        }

        var reply = await services.Gate.SendAsync(submission.Command(by), http.RequestAborted).ConfigureAwait(false);
        return reply is ProcessReply.Done done
            ? await ShowAsync(services, submission.Process, done.Repeated ? 200 : 201, http.RequestAborted).ConfigureAwait(false)
            : Refused(reply);

        object Parse(JsonElement element)
        {
            try
            {
                if (element.ValueKind != JsonValueKind.Object)
                {
                    return new BadRequestException(400, "A process is submitted as an object.");
                }

                Checks.Unicode(element, null);
                var wire = element.Deserialize(NativeJson.Default.SubmitWire)!;
                if (wire.Namespace is not null && inAddress is not null && wire.Namespace != inAddress)
                {
                    throw new BadRequestException(400, "The namespace of the body and the one of the address differ.", "namespace");
                }

                return Submission.Of(wire, Caller.Namespace(http, wire.Namespace), traceParent, services.Clock);
            }
            catch (JsonException e)
            {
                return Bodies.Wrong(e);
            }
            catch (BadRequestException e)
            {
                return e;
            }
        }

        async Task<IResult> ManyAsync(IReadOnlyList<object> items)
        {
            if (items.Count > Checks.BatchItems)
            {
                throw new BadRequestException(413, $"The batch has {items.Count} items; at most {Checks.BatchItems} are taken. Send several.");
            }

            var parsed = items.Select(i => i is JsonElement e ? Parse(e) : i).ToList();
            var batch = await new BatchSubmission(services, by).SubmitAsync(parsed, http.RequestAborted).ConfigureAwait(false);
            return Results.Json(batch, NativeJson.Default.BatchWire);
        }
    }

    private static async Task<IReadOnlyList<object>> LinesAsync(HttpContext http)
    {
        var items = new List<object>();
        using var reader = new StreamReader(http.Request.Body, StrictUtf8);
        while (await LineAsync().ConfigureAwait(false) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                items.Add(JsonElement.Parse(line, LineOptions));
            }
            catch (JsonException e)
            {
                items.Add(Bodies.Wrong(e));
            }
            catch (InvalidOperationException)
            {
                // A name with half of a surrogate pair cannot be compared with the others.
                items.Add(new BadRequestException(400, "The text in it is not Unicode: half of a surrogate pair."));
            }

            if (items.Count > Checks.BatchItems)
            {
                break;
            }
        }

        return items;

        async Task<string?> LineAsync()
        {
            try
            {
                return await reader.ReadLineAsync(http.RequestAborted).ConfigureAwait(false);
            }
            catch (DecoderFallbackException)
            {
                throw new BadRequestException(400, $"After line {items.Count} the text is not UTF-8.");
            }
        }
    }

    private static async Task<IResult> ListAsync(HttpContext http, NativeServices services)
    {
        var query = http.Request.Query;
        var filter = Filters.Of(http);
        var limit = Filters.Number(query["limit"].FirstOrDefault(), "limit") ?? 100;
        Checks.InRange(limit, 1, 1_000, "limit");
        var before = Filters.Number(query["cursor"].FirstOrDefault(), "cursor");
        var rows = await services.Store.Read.ListAsync(filter, before, (int)limit, http.RequestAborted).ConfigureAwait(false);
        return Results.Json(
            new ProcessPageWire([.. rows.Select(ProcessWire.Of)], rows.Count == limit ? rows[^1].Seq.ToString(System.Globalization.CultureInfo.InvariantCulture) : null),
            NativeJson.Default.ProcessPageWire);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, NativeServices services)
    {
        var process = Address(id, http);
        var wait = Filters.Duration(http.Request.Query["wait"].FirstOrDefault(), "wait") ?? TimeSpan.Zero;
        var row = await services.Store.Read.FindAsync(process, http.RequestAborted).ConfigureAwait(false) ?? throw NotFound(process);
        // A damaged one waits for somebody to repair it, and says so at once.
        if (wait > TimeSpan.Zero && !row.Status.IsFinal() && row.Damaged is null)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, services.Drain.Stopping);
            try
            {
                await services.Gate.AwaitFinalAsync(process, wait < LongestWait ? wait : LongestWait, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
            {
                // This gateway stops; the caller gets the present state and asks again elsewhere.
            }
        }

        return await ShowAsync(services, process, 200, http.RequestAborted, whole: true).ConfigureAwait(false);
    }

    private static async Task<IResult> CancelAsync(string id, HttpContext http, NativeServices services)
    {
        var body = await Bodies.ReadOrDefaultAsync(http, NativeJson.Default.ReasonWire).ConfigureAwait(false);
        return await ControlAsync(services, http, new ProcessCommand.Cancel { Process = Address(id, http), CommandId = Fresh(), By = Caller.Of(http), Reason = Checks.Short(body.Reason, 1024, "reason") }).ConfigureAwait(false);
    }

    private static async Task<IResult> RetryAsync(string id, HttpContext http, NativeServices services)
    {
        var body = await Bodies.ReadOrDefaultAsync(http, NativeJson.Default.ReasonWire).ConfigureAwait(false);
        return await ControlAsync(services, http, new ProcessCommand.Retry { Process = Address(id, http), CommandId = Fresh(), By = Caller.Of(http), Reason = Checks.Short(body.Reason, 1024, "reason") }).ConfigureAwait(false);
    }

    private static async Task<IResult> PriorityAsync(string id, HttpContext http, NativeServices services)
    {
        var body = await Bodies.ReadAsync(http, NativeJson.Default.PriorityWire).ConfigureAwait(false);
        var priority = Checks.InRange(body.Priority ?? throw new BadRequestException(400, "'priority' is missing.", "priority"), -1_000_000, 1_000_000, "priority");
        return await ControlAsync(services, http, new ProcessCommand.SetPriority { Process = Address(id, http), CommandId = Fresh(), By = Caller.Of(http), Priority = priority }).ConfigureAwait(false);
    }

    private static async Task<IResult> AttributesAsync(string id, HttpContext http, NativeServices services)
    {
        var body = await Bodies.ReadAsync(http, NativeJson.Default.DictionaryStringString).ConfigureAwait(false);
        if (body.Count is 0 or > Checks.Labels)
        {
            throw new BadRequestException(400, $"Between 1 and {Checks.Labels} attributes are set at once.");
        }

        foreach (var (key, value) in body)
        {
            if (key.Length is 0 or > Checks.LabelKey || value?.Length > Checks.AttributeValue || Checks.HasNul(key) || (value is not null && Checks.HasNul(value)))
            {
                throw new BadRequestException(400, $"An attribute has a name of 1 to {Checks.LabelKey} and a value of up to {Checks.AttributeValue} characters, without NUL.", key);
            }
        }

        return await ControlAsync(services, http, new ProcessCommand.SetAttributes { Process = Address(id, http), CommandId = Fresh(), By = Caller.Of(http), Attributes = body.ToImmutableSortedDictionary() }).ConfigureAwait(false);
    }

    private static async Task<IResult> HistoryAsync(string id, HttpContext http, NativeServices services)
    {
        var process = Address(id, http);
        var rows = await services.Store.Read.HistoryAsync(process, http.RequestAborted).ConfigureAwait(false);
        return rows.Count == 0 ? throw NotFound(process) : Results.Json(new HistoryWire([.. rows.Select(r => History.Of(r.Event))]), NativeJson.Default.HistoryWire);
    }

    private static async Task<IResult> ControlAsync(NativeServices services, HttpContext http, ProcessCommand command)
    {
        var reply = await services.Gate.SendAsync(command, http.RequestAborted).ConfigureAwait(false);
        return reply is ProcessReply.Done ? await ShowAsync(services, command.Process, 200, http.RequestAborted).ConfigureAwait(false) : Refused(reply);
    }

    private static async Task<IResult> ShowAsync(NativeServices services, ProcessId process, int status, CancellationToken cancel, bool whole = false)
    {
        var read = services.Store.Read;
        var row = await read.FindAsync(process, cancel).ConfigureAwait(false) ?? throw NotFound(process);
        var wire = ProcessWire.Of(row);
        if (whole)
        {
            var spec = await read.SpecAsync(process, cancel).ConfigureAwait(false);
            wire = wire with { Spec = Templates.Shown(spec), Result = row.ResultNr is null ? null : await read.ResultAsync(process, cancel).ConfigureAwait(false) };
        }

        return Results.Json(wire, NativeJson.Default.ProcessWire, statusCode: status);
    }

    public static ProcessId Address(string id, HttpContext http) => new(Caller.Namespace(http), Checks.Id(id, "id"));

    public static BadRequestException NotFound(ProcessId process) => new(404, $"There is no process {process.Id} in namespace {process.Namespace}.");

    public static IResult Refused(ProcessReply reply) => reply is ProcessReply.Refused refused
        ? Problems.Of(refused.Problem, refused.Message)
        : Problems.Of(500, "The process gave an answer that is not known.");

    public static string Fresh() => Guid.NewGuid().ToString("N");
}
