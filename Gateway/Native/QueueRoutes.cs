using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Engine;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages;
using Muster.Messages.Queues;
using Muster.Persistence.Keys;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native;

/// <summary>Queues: how full they are, and their limits.</summary>
internal static class QueueRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/queues").WithTags("Queues");
        group.MapGet("", ListAsync).For(KeyRole.Reader).WithName("queues").WithSummary("Every queue, with counts and limits").Produces<QueueListWire>();
        group.MapGet("/{name}", GetAsync).For(KeyRole.Reader).WithName("queue").WithSummary("One queue").Produces<QueueWire>().ProducesProblem(404);
        group.MapPut("/{name}", PutAsync).For(KeyRole.Operator).WithName("queue-put").WithSummary("Make a queue, or set all its settings").Accepts<QueueSettingsWire>("application/json").Produces<QueueWire>();
        group.MapPost("/{name}/limits", LimitsAsync).For(KeyRole.Operator).WithName("queue-limits").WithSummary("Set the limits of a queue that exists").Accepts<QueueSettingsWire>("application/json").Produces<QueueWire>().ProducesProblem(404);
        group.MapPost("/{name}/pause", (string name, HttpContext http, NativeServices services) => PauseAsync(name, http, services, true)).For(KeyRole.Operator).WithName("queue-pause").WithSummary("Start nothing more").Produces<QueueWire>().ProducesProblem(404);
        group.MapPost("/{name}/resume", (string name, HttpContext http, NativeServices services) => PauseAsync(name, http, services, false)).For(KeyRole.Operator).WithName("queue-resume").WithSummary("Start again").Produces<QueueWire>().ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(HttpContext http, NativeServices services)
    {
        var nameSpace = Caller.Namespace(http);
        var settings = (await services.Store.Read.QueuesAsync(nameSpace, http.RequestAborted).ConfigureAwait(false)).ToDictionary(q => q.Queue.Name, q => q.Settings, StringComparer.Ordinal);
        var counts = (await services.Store.Read.CountsAsync(nameSpace, http.RequestAborted).ConfigureAwait(false)).ToLookup(c => c.Queue, StringComparer.Ordinal);
        var names = settings.Keys.Concat(counts.Select(c => c.Key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return Results.Json(
            new QueueListWire([.. names.Select(n => Of(new QueueId(nameSpace, n), settings.GetValueOrDefault(n) ?? new QueueSettings(), counts[n]))]), NativeJson.Default.QueueListWire);
    }

    private static async Task<IResult> GetAsync(string name, HttpContext http, NativeServices services)
    {
        var queue = await KnownAsync(name, http, services).ConfigureAwait(false);
        return await ShowAsync(queue, http, services).ConfigureAwait(false);
    }

    private static async Task<IResult> PutAsync(string name, HttpContext http, NativeServices services)
    {
        var body = await Bodies.ReadOrDefaultAsync(http, NativeJson.Default.QueueSettingsWire).ConfigureAwait(false);
        return await SaveAsync(Address(name, http), http, services, Checked(body) with { Paused = body.Paused ?? false }).ConfigureAwait(false);
    }

    private static async Task<IResult> LimitsAsync(string name, HttpContext http, NativeServices services)
    {
        var body = await Bodies.ReadAsync(http, NativeJson.Default.QueueSettingsWire).ConfigureAwait(false);
        var settings = Checked(body);
        var queue = await KnownAsync(name, http, services).ConfigureAwait(false);
        var before = await services.Store.Read.QueueSettingsAsync(queue, http.RequestAborted).ConfigureAwait(false);
        return await SaveAsync(queue, http, services, settings with { Paused = body.Paused ?? before?.Paused ?? false }).ConfigureAwait(false);
    }

    private static async Task<IResult> PauseAsync(string name, HttpContext http, NativeServices services, bool paused)
    {
        var queue = await KnownAsync(name, http, services).ConfigureAwait(false);
        var before = await services.Store.Read.QueueSettingsAsync(queue, http.RequestAborted).ConfigureAwait(false);
        return await SaveAsync(queue, http, services, (before ?? new QueueSettings()) with { Paused = paused }).ConfigureAwait(false);
    }

    private static async Task<IResult> SaveAsync(QueueId queue, HttpContext http, NativeServices services, QueueSettings settings)
    {
        await services.Store.Rows.PutQueueAsync(queue, settings, services.Clock.GetUtcNow()).ConfigureAwait(false);
        EngineContext.QueueRegion(services.System).Tell(new QueueMessage.Reconfigure { Queue = queue }, Akka.Actor.ActorRefs.NoSender);
        return await ShowAsync(queue, http, services).ConfigureAwait(false);
    }

    private static async Task<IResult> ShowAsync(QueueId queue, HttpContext http, NativeServices services)
    {
        var settings = await services.Store.Read.QueueSettingsAsync(queue, http.RequestAborted).ConfigureAwait(false) ?? new QueueSettings();
        var counts = await services.Store.Read.CountsAsync(queue.Namespace, http.RequestAborted).ConfigureAwait(false);
        return Results.Json(Of(queue, settings, counts.Where(c => c.Queue == queue.Name)), NativeJson.Default.QueueWire);
    }

    private static async Task<QueueId> KnownAsync(string name, HttpContext http, NativeServices services)
    {
        var queue = Address(name, http);
        return await services.Store.Read.QueueExistsAsync(queue, http.RequestAborted).ConfigureAwait(false)
            ? queue
            : throw new BadRequestException(404, $"There is no queue {name} in namespace {queue.Namespace}. PUT it, or submit a process to it, first.");
    }

    private static QueueId Address(string name, HttpContext http) => new(Caller.Namespace(http), Checks.Id(name, "name"));

    private static QueueSettings Checked(QueueSettingsWire body) => new()
    {
        MaxRunning = body.MaxRunning is { } max ? Checks.InRange(max, 1, 100_000, "maxRunning") : null,
        RatePerSecond = body.RatePerSecond is { } rate ? Checks.InRange(rate, 0.001, 1_000_000, "ratePerSecond") : null,
    };

    private static QueueWire Of(QueueId queue, QueueSettings settings, IEnumerable<CountRow> counts) => new()
    {
        Name = queue.Name,
        Namespace = queue.Namespace,
        MaxRunning = settings.MaxRunning,
        RatePerSecond = settings.RatePerSecond,
        Paused = settings.Paused,
        Counts = new SortedDictionary<string, long>(counts.ToDictionary(c => c.Status.ToString().ToLowerInvariant(), c => c.Count), StringComparer.Ordinal),
    };
}
