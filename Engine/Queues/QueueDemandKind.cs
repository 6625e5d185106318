using System.Text.Json;
using Muster.Messages.Processes;
using Muster.Messages.Serialization;

namespace Muster.Engine.Queues;

/// <summary>Demands that can take the same: their capabilities are equal but for the id of the executor.</summary>
internal sealed class QueueDemandKind(int number, string text, Capability capability)
{
    // The one with the most free slots first, so that work spreads.
    private static readonly Comparer<QueueDemand> MostFree = Comparer<QueueDemand>.Create((a, b) =>
        a.ListedFree != b.ListedFree ? b.ListedFree.CompareTo(a.ListedFree) : string.CompareOrdinal(a.Id, b.Id));

    /// <summary>Its bit in every <see cref="KindSet"/>.</summary>
    public int Number => number;

    public string Text => text;

    public Capability Capability => capability;

    /// <summary>How many demands are of this kind.</summary>
    public int Count { get; set; }

    /// <summary>Those that may get more.</summary>
    public SortedSet<QueueDemand> Free { get; } = new(MostFree);

    /// <summary>What is equal for demands of one kind.</summary>
    public static string TextOf(Capability capability) => JsonSerializer.Serialize(capability with { Executor = "" }, StoredJson.Of<Capability>());
}
