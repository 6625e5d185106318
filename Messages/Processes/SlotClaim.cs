namespace Muster.Messages.Processes;

/// <summary>A place under a limit that an attempt takes. Its row is unique in the store, so a limit holds even while a queue moves.</summary>
/// <param name="Key">The concurrency key; empty for the limit of the queue itself.</param>
/// <param name="Slot">The number of the place, from 1.</param>
public sealed record SlotClaim(string Key, int Slot);
