using Muster.Messages;

namespace Muster.Engine.Queues;

/// <summary>The numbered places under one limit: which are taken, and by whom.</summary>
internal sealed class QueuePlaces
{
    private readonly Dictionary<int, ProcessId> _holders = [];

    // Free numbers below the highest that was ever taken; the lowest is taken first.
    private readonly SortedSet<int> _gaps = [];
    private int _highest;

    public int Count => _holders.Count;

    /// <summary>Takes the lowest free place. With fewer than n taken it is one of 1 to n.</summary>
    public int TakeLowest(ProcessId process)
    {
        var place = _gaps.Count > 0 ? _gaps.Min : _highest + 1;
        Take(place, process);
        return place;
    }

    public void Take(int place, ProcessId process)
    {
        _gaps.Remove(place);
        for (; _highest < place; _highest++)
        {
            if (_highest + 1 < place)
            {
                _gaps.Add(_highest + 1);
            }
        }

        _holders[place] = process;
    }

    /// <summary>Gives a place back; false when the process does not hold it.</summary>
    public bool Free(int place, ProcessId process)
    {
        if (!_holders.TryGetValue(place, out var holder) || holder != process)
        {
            return false;
        }

        _holders.Remove(place);
        _gaps.Add(place);
        return true;
    }
}
