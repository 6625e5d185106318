using System.Globalization;
using System.Text;
using Muster.Messages.Processes;

namespace Muster.Tests.Faults;

/// <summary>The table of a run.</summary>
internal static class Report
{
    /// <summary>One line for each fault; those submitted while it was broken and until the next one belong to it.</summary>
    public static string Table(IReadOnlyList<Measured> measured, History history, Invariants invariants)
    {
        var text = new StringBuilder();
        text.AppendLine("| fault | submitted | acknowledged | finished | lost | run more than once | broken invariants | s to recovery |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var fault in measured)
        {
            var mine = history.Submissions.Where(s => s.Fault == fault.Name).ToList();
            var ids = mine.Select(s => s.Id).ToHashSet();
            var acknowledged = mine.Where(s => s.AcknowledgedAt is not null).ToList();
            text.AppendLine(CultureInfo.InvariantCulture, $"| {fault.Name} | {mine.Count} | {acknowledged.Count} | {mine.Count(s => invariants.Of(s.Id) is [.., var last] && last.To.IsFinal())} | {acknowledged.Count(s => invariants.Of(s.Id).Count == 0)} | {mine.Count(s => invariants.Of(s.Id).OfType<ProcessEvent.Assigned>().Skip(1).Any())} | {invariants.Broken.Count(b => ids.Contains(b.Process))} | {fault.Recovery.TotalSeconds:0.0} |");
        }

        return text.ToString();
    }

    /// <summary>A fault that was made.</summary>
    /// <param name="Name">Which.</param>
    /// <param name="Recovery">The longest time in which a submit that was made under it waited for its acknowledgement.</param>
    internal sealed record Measured(string Name, TimeSpan Recovery);
}
