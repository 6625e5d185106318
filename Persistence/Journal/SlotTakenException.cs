namespace Muster.Persistence.Journal;

/// <summary>An assignment was rejected because a place under a limit is taken.</summary>
public sealed class SlotTakenException(string key, int slot) : Exception($"Slot {slot} of '{key}' is taken.")
{
    /// <summary>The limit's key; empty for the limit of the queue.</summary>
    public string Key => key;

    /// <summary>The number of the place.</summary>
    public int Slot => slot;
}
