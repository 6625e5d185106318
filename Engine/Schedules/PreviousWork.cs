using System.Text.Json;
using Akka.Actor;

namespace Muster.Engine.Schedules;

/// <summary>How work that was submitted before stands.</summary>
/// <param name="IsFinal">Whether it is final, or gone.</param>
/// <param name="Outputs">Its outputs as one list, when they were asked for.</param>
internal sealed record PreviousWork(bool IsFinal, JsonElement? Outputs) : INoSerializationVerificationNeeded
{
    /// <summary>Of the first run.</summary>
    public static readonly PreviousWork None = new(true, null);
}
