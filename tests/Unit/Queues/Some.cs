using Akka.Actor;
using Muster.Engine.Queues;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Tests.Unit.Queues;

/// <summary>Items, lanes and demands for tests of queues.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static readonly QueueId Queue = new("default", "q");

    public static readonly IActorRef Dispatcher = new NamedRef("dispatcher");

    public static readonly IActorRef OtherDispatcher = new NamedRef("other-dispatcher");

    public static ProcessId Id(string id) => new("default", id);

    public static Requirements Function(string func) => new() { Func = func };

    public static Requirements Keyed(string key, int max = 1, string? func = null) => new() { Func = func, ConcurrencyKey = key, ConcurrencyMax = max };

    public static bool Enqueue(this QueueBook book, string id, Requirements? requirements = null, int priority = 0, double since = 0)
    {
        var required = requirements ?? new Requirements();
        return book.Enqueue(Item(id, required, priority, since), required);
    }

    public static QueueItem Item(string id, Requirements? requirements = null, int priority = 0, double since = 0) =>
        new(Id(id), (requirements ?? new Requirements()).Lane(), priority, Start.AddSeconds(since));

    public static QueueMessage.Interest Interest(
        string demand = "d", int slots = 1, long version = 1, long acked = 0, string[]? functions = null, string executor = "x", bool shared = false, IActorRef? dispatcher = null, bool gone = false, bool once = false, bool served = false, string? requester = null) => new()
        {
            Queue = Queue,
            Demand = demand,
            Version = version,
            Capability = new Capability { Executor = executor, Functions = [.. functions ?? []] },
            Requester = new ActorRef(new NamedRef(requester ?? $"requester-of-{demand}")),
            Dispatcher = new ActorRef(dispatcher ?? Dispatcher),
            Slots = slots,
            Acked = acked,
            Shared = shared,
            Gone = gone,
            Once = once,
            Served = served,
        };

    /// <summary>Matches until there is nothing more to match.</summary>
    public static List<QueueOffer> MatchAll(this QueueBook book, long now = 0)
    {
        var offers = new List<QueueOffer>();
        while (book.Match(() => $"o{now}-{offers.Count}-{Guid.NewGuid():N}", now) is { } offer)
        {
            offers.Add(offer);
        }

        return offers;
    }

    public static List<string> Ids(this IEnumerable<QueueOffer> offers) => [.. offers.Select(o => o.Item.Id.Id)];

    /// <summary>An address and nothing behind it.</summary>
    internal sealed class NamedRef(string name) : MinimalActorRef
    {
        public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "test")) / name;

        public override IActorRefProvider Provider => throw new NotSupportedException();
    }
}
