using System.Text.Json;

namespace Muster.Engine.Processes;

/// <summary>What a live attempt changes in the row without an event; null keeps the last.</summary>
/// <param name="Due">When the process acts next by itself; null: never.</param>
/// <param name="Checkpoint">What the next attempt should know.</param>
/// <param name="Fraction">The share done.</param>
/// <param name="Text">What it is doing.</param>
internal sealed record RowTouch(DateTimeOffset? Due, JsonElement? Checkpoint = null, double? Fraction = null, string? Text = null);
