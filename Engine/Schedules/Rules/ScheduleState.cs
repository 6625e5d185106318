using System.Collections.Immutable;
using Muster.Messages.Schedules;

namespace Muster.Engine.Schedules.Rules;

/// <summary>What a schedule is, as its events say.</summary>
internal sealed record ScheduleState
{
    /// <summary>How many commands are known again.</summary>
    private const int Remembered = 8;

    /// <summary>No schedule.</summary>
    public static readonly ScheduleState Empty = new();

    /// <summary>When what is run; null when there is no schedule.</summary>
    public ScheduleSpec? Spec { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When its timetable was made.</summary>
    public DateTimeOffset Anchor { get; init; }

    /// <summary>How far it is.</summary>
    public ScheduleProgress Progress { get; init; } = new();

    /// <summary>The last commands, the oldest first.</summary>
    public ImmutableArray<string> Commands { get; init; } = [];

    /// <summary>The state after an event.</summary>
    public ScheduleState With(ScheduleEvent e)
    {
        var commands = Commands.Add(e.CommandId);
        var state = e switch
        {
            ScheduleEvent.OfAll x => this with { Spec = x.Spec, CreatedAt = x.CreatedAt, CreatedBy = x.CreatedBy, Anchor = x.Anchor },
            ScheduleEvent.Removed => Empty,
            _ => this,
        };
        return state with
        {
            Progress = e.Progress,
            Commands = e switch
            {
                ScheduleEvent.Kept x => x.Commands,
                // Not a command; it would push out those that are.
                ScheduleEvent.Fired or ScheduleEvent.Rejected or ScheduleEvent.Came { CommandId: ScheduleRules.Clock } => Commands,
                _ => commands.Length > Remembered ? commands[^Remembered..] : commands,
            },
        };
    }
}
