using Muster.Messages.Channels;

namespace Muster.Engine.Channels;

/// <summary>The entries of one channel: those of a sender in the order of their sequence, those of several in the order in which they came.</summary>
internal sealed class ChannelLog
{
    private readonly List<ChannelEntry> _inOrder = [];
    private readonly List<ChannelEntry> _asTheyCame = [];
    private readonly Dictionary<string, SortedSet<long>> _sequences = new(StringComparer.Ordinal);

    /// <summary>The log.</summary>
    public IReadOnlyList<ChannelEntry> InOrder => _inOrder;

    /// <summary>The same entries in the order in which they came in.</summary>
    public IReadOnlyList<ChannelEntry> AsTheyCame => _asTheyCame;

    /// <summary>Whether a sender has written an entry already.</summary>
    public bool Has(string sender, long sequence) => _sequences.TryGetValue(sender, out var sequences) && sequences.Contains(sequence);

    /// <summary>Adds an entry that is not there; its number is set here.</summary>
    public void Add(ChannelEntry entry)
    {
        entry = entry with { Number = _asTheyCame.Count + 1 };
        _asTheyCame.Add(entry);
        if (!_sequences.TryGetValue(entry.Sender, out var sequences))
        {
            _sequences.Add(entry.Sender, sequences = []);
        }

        // One that was overtaken by later ones of its sender goes before them.
        var overtaken = sequences.Count > 0 && sequences.Max > entry.Sequence;
        _inOrder.Insert(overtaken ? _inOrder.FindIndex(e => e.Sender == entry.Sender && e.Sequence > entry.Sequence) : _inOrder.Count, entry);
        sequences.Add(entry.Sequence);
    }
}
