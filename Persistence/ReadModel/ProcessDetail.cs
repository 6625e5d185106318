using System.Text.Json;
using Muster.Messages.Processes;

namespace Muster.Persistence.ReadModel;

/// <summary>A process with what is kept beside its row.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Spec">What was submitted; null when it cannot be read.</param>
/// <param name="Result">What it returned, also with a failure; null for nothing.</param>
/// <param name="Checkpoint">What the running attempt left for the next; null for nothing.</param>
public sealed record ProcessDetail(ProcessRow Row, ProcessSpec? Spec, JsonElement? Result, JsonElement? Checkpoint);
