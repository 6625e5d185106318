using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Queues;

/// <summary>What a concurrency rule with <c>reject</c> or <c>replace</c> does to a process that wants to wait.</summary>
internal static class QueueConflict
{
    /// <summary>How many older processes are looked at beyond what the key allows; with more the rest is looked at when the process asks again.</summary>
    public const int Page = 1_000;

    /// <summary>Says what is to be sent to whom, and whether the process may wait now.</summary>
    /// <param name="m">The wish to wait.</param>
    /// <param name="older">Who holds or wants the key before it, oldest first.</param>
    public static (IReadOnlyList<ProcessCommand> Commands, bool Keep) Resolve(QueueMessage.Enqueue m, IReadOnlyList<RelatedRow> older)
    {
        var tooMany = older.Count - m.Requirements.ConcurrencyMax + 1;
        if (tooMany <= 0)
        {
            return ([], true);
        }

        if (m.OnConflict == ConflictPolicy.Reject)
        {
            var reject = new ProcessCommand.Reject
            {
                Process = m.Process,
                CommandId = $"reject-{m.Process.Id}-{m.Since.ToUnixTimeMilliseconds()}",
                Reason = $"The concurrency key '{m.Requirements.ConcurrencyKey}' is held by {older[0].Id}.",
            };
            return ([reject], false);
        }

        var replaced = older.Take(tooMany).Select(old => new ProcessCommand.Cancel
        {
            Process = new ProcessId(m.Process.Namespace, old.Id),
            CommandId = $"replace-{m.Process.Id}",
            Reason = $"Replaced by {m.Process.Id} with the same concurrency key.",
        });
        return ([.. replaced], tooMany <= Page);
    }
}
