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

    /// <summary>How attempts ended that were not the last.</summary>
    public static string Outcomes(string fault, History history, Invariants invariants) => $"{fault}: " + string.Join(", ", history.Submissions
        .Where(s => s.Fault == fault).SelectMany(s => invariants.Of(s.Id)).OfType<ProcessEvent.AttemptEnded>()
        .GroupBy(e => $"{e.Outcome}{(e.Counted ? "" : " (not counted)")}: {e.Error}").OrderByDescending(g => g.Count())
        .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key}")));

    /// <summary>How long processes waited for a worker while nothing was broken, whichever nodes they and it were on.</summary>
    public static string PickUp(string quiet, History history, Invariants invariants)
    {
        var waits = history.Submissions.Where(s => s.Fault == quiet && s.Kind is "pool" or "http")
            .Select(s => invariants.Of(s.Id)).Where(e => e.Count > 0)
            .Select(e => (e.OfType<ProcessEvent.Assigned>().FirstOrDefault()?.At - e[0].At)?.TotalMilliseconds)
            .OfType<double>().Order().ToList();
        return waits.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"From submit to assignment, {quiet} broken: p50 {waits[waits.Count / 2]:0} ms, p95 {waits[waits.Count * 95 / 100]:0} ms of {waits.Count}");
    }

    /// <summary>A fault that was made.</summary>
    /// <param name="Name">Which.</param>
    /// <param name="Recovery">The longest time in which a submit that was made under it waited for its acknowledgement.</param>
    internal sealed record Measured(string Name, TimeSpan Recovery);
}
