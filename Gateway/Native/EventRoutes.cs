using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Native;

/// <summary>Every transition of every process as server-sent events, resumable by offset.</summary>
internal static class EventRoutes
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/events", EventsAsync).WithTags("Events").For(KeyRole.Reader).WithName("events")
        .WithSummary("All transitions; resume with Last-Event-ID or ?after=; without either only what comes from now on").Produces<EventWire>(200, "text/event-stream").ProducesProblem(410);

    private static async Task EventsAsync(HttpContext http, NativeServices services)
    {
        var read = services.Store.Read;
        var nameSpace = Caller.NamespaceOrAll(http);
        var from = Filters.Number(http.Request.Headers["Last-Event-ID"].FirstOrDefault() ?? http.Request.Query["after"].FirstOrDefault(), "after");
        var (oldest, last) = await read.EventRangeAsync(http.RequestAborted).ConfigureAwait(false);
        if (from < oldest - 1)
        {
            throw from < 0
                ? new BadRequestException(400, "'after' is an offset; the first is 1, and 0 stands before it.", "after")
                : new BadRequestException(410, $"Some events before {oldest} are gone; the retention removed them. Start again with ?after={oldest - 1}, or without.", "after");
        }

        var stream = new EventStream(http);
        await stream.StartAsync().ConfigureAwait(false);
        if (from is null)
        {
            // Who loses the connection before the first event goes on from here, and not from where it comes back.
            await stream.PlaceAsync(last.ToString(CultureInfo.InvariantCulture), http.RequestAborted).ConfigureAwait(false);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, services.Drain.Stopping);
        try
        {
            await new EventFollower(services, nameSpace, stream).FollowAsync(from ?? last, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The reader has gone, or this gateway stops; it resumes from its last id.
        }
    }
}
