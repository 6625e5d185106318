using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.Keys;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native;

/// <summary>Log lines of a process; with follow as server-sent events until it is final.</summary>
internal static class LogRoutes
{
    private static readonly TimeSpan FollowEvery = TimeSpan.FromMilliseconds(300);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/processes/{id}/logs", LogsAsync).WithTags("Processes").For(KeyRole.Reader).WithName("logs")
        .WithSummary("Log lines; ?follow=true streams them until the process is final").Produces<LogPageWire>().ProducesProblem(404);

    private static async Task<IResult> LogsAsync(string id, HttpContext http, NativeServices services)
    {
        var process = ProcessRoutes.Address(id, http);
        var query = http.Request.Query;
        var (attempt, sequence) = After(http.Request.Headers["Last-Event-ID"].FirstOrDefault() ?? query["after"].FirstOrDefault());
        var only = Filters.Number(query["attempt"].FirstOrDefault(), "attempt") is { } number ? Checks.InRange(number, 1, int.MaxValue, "attempt") : (long?)null;
        if (only is not null && attempt < only)
        {
            (attempt, sequence) = ((int)only.Value, -1);
        }

        var limit = (int)Checks.InRange(Filters.Number(query["limit"].FirstOrDefault(), "limit") ?? 1_000, 1, 10_000, "limit");
        if (await services.Store.Read.FindAsync(process, http.RequestAborted).ConfigureAwait(false) is null)
        {
            throw ProcessRoutes.NotFound(process);
        }

        if (query["follow"].FirstOrDefault() is "true" or "1")
        {
            await FollowAsync(process, attempt, sequence, only, http, services).ConfigureAwait(false);
            return Results.Empty;
        }

        var rows = await services.Store.Read.LogsAsync(process, attempt, sequence, limit, http.RequestAborted).ConfigureAwait(false);
        var shown = rows.Where(r => only is null || r.Attempt == only).ToList();
        return Results.Json(new LogPageWire([.. shown.Select(Of)], shown.Count == limit ? Cursor(shown[^1]) : null), NativeJson.Default.LogPageWire);
    }

    private static async Task FollowAsync(ProcessId process, int attempt, long sequence, long? only, HttpContext http, NativeServices services)
    {
        var stream = new EventStream(http);
        await stream.StartAsync().ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, services.Drain.Stopping);
        using var timer = new PeriodicTimer(FollowEvery);
        try
        {
            while (true)
            {
                // Asked before the lines: what was written before the end is read after it.
                var final = (await services.Store.Read.FindAsync(process, stop.Token).ConfigureAwait(false))?.Status.IsFinal() ?? true;
                var rows = await services.Store.Read.LogsAsync(process, attempt, sequence, 1_000, stop.Token).ConfigureAwait(false);
                foreach (var row in rows)
                {
                    (attempt, sequence) = (row.Attempt, row.Line.Sequence);
                    if (only is null || row.Attempt == only)
                    {
                        await stream.SendAsync("line", Cursor(row), JsonSerializer.Serialize(Of(row), NativeJson.Default.LogLineWire), stop.Token).ConfigureAwait(false);
                    }
                }

                if (final && rows.Count == 0)
                {
                    await stream.SendAsync("end", null, "{}", stop.Token).ConfigureAwait(false);
                    return;
                }

                if (rows.Count == 0)
                {
                    await stream.KeepAliveAsync(stop.Token).ConfigureAwait(false);
                    await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has gone, or this gateway stops; it resumes from its last id.
        }
    }

    private static (int Attempt, long Sequence) After(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return (0, -1);
        }

        var parts = text.Split('.');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? (attempt, sequence)
            : throw new BadRequestException(400, "'after' is the cursor of a page before, like 1.42.", "after");
    }

    private static string Cursor(LogRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Attempt}.{row.Line.Sequence}");

    private static LogLineWire Of(LogRow row) => new(row.Attempt, row.Line.Sequence, row.Line.At, row.Line.Stream, row.Line.Text);
}
