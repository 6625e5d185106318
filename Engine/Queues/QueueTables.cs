using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Queues;

/// <summary>What a queue reads from the tables.</summary>
/// <param name="id">The queue.</param>
/// <param name="read">The tables.</param>
internal sealed class QueueTables(QueueId id, IReadModel read)
{
    /// <summary>How many processes of a lane are asked for what the lane requires, should the first be unreadable.</summary>
    private const int LaneSamples = 20;

    /// <summary>Its settings and lanes.</summary>
    public async Task<Whole> LoadAsync(long number)
    {
        var settings = await SettingsAsync(number).ConfigureAwait(false);
        var lanes = new List<(string, Requirements)>();
        foreach (var name in await read.LanesAsync(id).ConfigureAwait(false))
        {
            // A damaged process at the head must not hide the lane behind it.
            foreach (var head in await read.WaitingAsync(id, name, LaneSamples).ConfigureAwait(false))
            {
                if (await read.SpecAsync(head.Id).ConfigureAwait(false) is { } spec)
                {
                    lanes.Add((name, Requirements.Of(spec)));
                    break;
                }
            }
        }

        return new Whole(settings, lanes);
    }

    /// <summary>Its settings, and which places are taken.</summary>
    public async Task<Settings> SettingsAsync(long number)
    {
        var settings = await read.QueueSettingsAsync(id).ConfigureAwait(false) ?? new QueueSettings();
        var slots = await read.SlotsAsync(id).ConfigureAwait(false);
        return new Settings(number, settings, slots, settings.MaxRunning is null ? 0 : await read.RunningWithoutPlaceAsync(id).ConfigureAwait(false));
    }

    /// <summary>The head of a lane.</summary>
    public async Task<LaneHead> HeadAsync(QueueLane lane, int limit)
    {
        var rows = await read.WaitingAsync(id, lane.Name, limit).ConfigureAwait(false);
        return new LaneHead(lane, [.. rows.Select(r => new QueueItem(r.Id, r.Lane, r.Priority, r.Since))], rows.Count < limit);
    }

    /// <summary>Who holds or wants the concurrency key of a process before it, oldest first.</summary>
    public Task<IReadOnlyList<RelatedRow>> OlderAsync(QueueMessage.Enqueue m) =>
        read.OlderWithKeyAsync(m.Process, id, m.Requirements.ConcurrencyKey!, m.Requirements.ConcurrencyMax + QueueConflict.Page);

    /// <summary>Settings and lanes.</summary>
    internal sealed record Whole(Settings Settings, IReadOnlyList<(string Name, Requirements Requirements)> Lanes) : INoSerializationVerificationNeeded;

    /// <summary>Settings, places that are taken, and how many run without a place; and which read says so, for a later one may be answered earlier.</summary>
    internal sealed record Settings(long Number, QueueSettings Values, IReadOnlyList<SlotRow> Slots, int Others) : INoSerializationVerificationNeeded;

    /// <summary>The head of a lane, and whether that is all of it.</summary>
    internal sealed record LaneHead(QueueLane Lane, IReadOnlyList<QueueItem> Items, bool Complete) : INoSerializationVerificationNeeded;
}
