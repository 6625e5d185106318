using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Engine.Processes;

/// <summary>What the children of a process are told when it is final, or no longer is.</summary>
internal static class ChildWords
{
    /// <summary>To the children of finished processes: look at your parents.</summary>
    public static IEnumerable<ProcessSignal> OfFinished(IEnumerable<(ProcessId Parent, ProcessId Child, ProcessStatus Status)> children) =>
        children.Where(c => c.Status == ProcessStatus.Blocked).Select(c => new ProcessSignal.LookAtParents { Process = c.Child });

    /// <summary>To the children of reopened processes. One that another parent ended, or that is no longer final, takes no notice.</summary>
    /// <param name="children">The children, as the tables have them.</param>
    /// <param name="occasion">Tells these words from those of another time.</param>
    public static IEnumerable<ProcessCommand> OfReopened(IEnumerable<(ProcessId Parent, ProcessId Child, ProcessStatus Status)> children, string occasion) =>
        children.Where(c => c.Status.IsFinal()).Select(c => new ProcessCommand.Retry
        {
            Process = c.Child,
            CommandId = $"reopen-{c.Parent.Id}-{occasion}",
            Reason = $"Its parent {c.Parent.Id} was retried.",
            Parent = c.Parent.Id,
        });
}
