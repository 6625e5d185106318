using System.Collections.Immutable;

namespace Muster.Engine.Schedules.Rules;

/// <summary>The slots whose time has come.</summary>
/// <param name="Newest">The newest of them, the oldest first.</param>
/// <param name="Count">How many there are, these included; of very many a lower bound.</param>
/// <param name="Next">The first that is not due; null when none comes any more.</param>
public sealed record DueSlots(ImmutableArray<Slot> Newest, long Count, Slot? Next);
