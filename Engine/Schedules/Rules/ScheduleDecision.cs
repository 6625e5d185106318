using Muster.Messages;
using Muster.Messages.Schedules;

namespace Muster.Engine.Schedules.Rules;

/// <summary>What comes of a command.</summary>
internal abstract record ScheduleDecision
{
    /// <summary>Something happens.</summary>
    /// <param name="Event">What.</param>
    /// <param name="Work">The work that a trigger runs.</param>
    public sealed record Happens(ScheduleEvent Event, string? Work = null) : ScheduleDecision;

    /// <summary>It is so already.</summary>
    /// <param name="Work">The work that a trigger has run.</param>
    public sealed record IsSo(string? Work = null) : ScheduleDecision;

    /// <summary>It is refused.</summary>
    /// <param name="Problem">The kind.</param>
    /// <param name="Message">What is wrong and what to do.</param>
    public sealed record Refused(Problem Problem, string Message) : ScheduleDecision;
}
