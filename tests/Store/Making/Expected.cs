using System.Collections.Immutable;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;

namespace Muster.Tests.Store.Making;

/// <summary>The row that a story must have, told a second time and without a database.</summary>
public static class Expected
{
    /// <summary>The row of a process.</summary>
    public static ProcessRow Row(Story story)
    {
        ProcessRow? row = null;
        for (var i = 0; i < story.Events.Count; i++)
        {
            row = After(story, row, story.Events[i], i + 1) with { Status = story.Events[i].To, UpdatedAt = story.Events[i].At };
        }

        return row!;
    }

    private static ProcessRow After(Story story, ProcessRow? row, ProcessEvent e, long nr) => e switch
    {
        ProcessEvent.Submitted x => new ProcessRow
        {
            Seq = 0,
            Id = story.Id,
            Status = e.To,
            Queue = x.Spec.Queue,
            Lane = x.Lane,
            Priority = x.Spec.Priority,
            Name = x.Spec.Name,
            Workflow = x.Spec.Workflow,
            Func = x.Spec.Func,
            Runtime = x.Spec.Runtime,
            HasParents = !x.Spec.After.IsEmpty,
            Labels = x.Spec.Labels.IsEmpty ? null : x.Spec.Labels,
            NextDeadline = x.NextDeadline,
            WaitingSince = Waiting(e),
            CreatedAt = e.At,
            CreatedBy = e.By,
        },
        ProcessEvent.Unblocked => row! with { NextDeadline = e.NextDeadline, WaitingSince = e.At },
        ProcessEvent.Assigned x => row! with { NextDeadline = e.NextDeadline, WaitingSince = null, StartedAt = e.At, Attempt = x.Attempt, Executor = x.Executor },
        ProcessEvent.AttemptEnded x => row! with { NextDeadline = e.NextDeadline, WaitingSince = Waiting(e), Counted = row.Counted + (x.Counted ? 1 : 0), Reason = x.Error },
        ProcessEvent.Succeeded x => row! with { NextDeadline = null, FinishedAt = e.At, Reason = null, ResultNr = x.Result is null ? null : nr },
        ProcessEvent.Failed x => row! with
        {
            NextDeadline = null,
            WaitingSince = null,
            FinishedAt = e.At,
            Reason = x.Reason,
            Failure = x.Kind,
            ResultNr = x.Result is null ? null : nr,
            Cause = x.Parent,
        },
        ProcessEvent.Cancelled x => row! with { NextDeadline = null, WaitingSince = null, FinishedAt = e.At, Reason = x.Reason, Cause = x.Parent },
        ProcessEvent.Reopened x => row! with
        {
            NextDeadline = e.NextDeadline,
            WaitingSince = Waiting(e),
            FinishedAt = null,
            ResultNr = null,
            Counted = 0,
            Reason = x.Reason,
            Cause = null,
            Failure = null,
        },
        ProcessEvent.AttributesSet x => row! with { Attributes = Merged(row.Attributes, x.Attributes) },
        ProcessEvent.ParentAdded => row!,
        ProcessEvent.PriorityChanged x => row! with { Priority = x.Priority },
        _ => throw new ArgumentOutOfRangeException(nameof(e), e, null),
    };

    private static DateTimeOffset? Waiting(ProcessEvent e) => e.To == ProcessStatus.Waiting ? e.At : null;

    private static ImmutableSortedDictionary<string, string> Merged(ImmutableSortedDictionary<string, string>? old, ImmutableSortedDictionary<string, string?> changes)
    {
        var merged = old ?? ImmutableSortedDictionary<string, string>.Empty;
        foreach (var (name, value) in changes)
        {
            merged = value is null ? merged.Remove(name) : merged.SetItem(name, value);
        }

        return merged;
    }
}
