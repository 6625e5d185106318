using System.Collections.Immutable;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Colonies.Processes;

/// <summary>Takes processes away for good. Those that are not final are cancelled first, so that nobody goes on with them.</summary>
internal static class ProcessRemoval
{
    private const int Page = 500;

    /// <summary>Removes all in some states.</summary>
    /// <param name="services">What it works with.</param>
    /// <param name="colony">Whose.</param>
    /// <param name="statuses">The states.</param>
    /// <param name="ofWorkflows">Whether those of workflows go too.</param>
    /// <param name="why">Why, for those that are cancelled.</param>
    /// <param name="cancel">Stops between two pages.</param>
    public static async Task RunAsync(
        ColoniesServices services, string colony, ImmutableArray<ProcessStatus> statuses, bool ofWorkflows, string why, CancellationToken cancel)
    {
        var filter = new ProcessFilter { Namespace = colony, Statuses = statuses };
        long? before = null;
        while (await services.Store.Read.ListAsync(filter, before, Page, cancel).ConfigureAwait(false) is { Count: > 0 } rows)
        {
            before = rows[^1].Seq;
            foreach (var row in rows.Where(r => ofWorkflows || r.Workflow is null))
            {
                await RemoveAsync(services, row, why, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes one.</summary>
    public static async Task RemoveAsync(ColoniesServices services, ProcessRow row, string why, CancellationToken cancel)
    {
        if (!row.Status.IsFinal())
        {
            // When it became final in between it is as good.
            await services.Gate.SendAsync(new ProcessCommand.Cancel { Process = row.Id, CommandId = "removed", Reason = why }, cancel).ConfigureAwait(false);
        }

        await services.Store.Rows.RemoveAsync(row.Id.Namespace, [row.Id.Id]).ConfigureAwait(false);
    }
}
