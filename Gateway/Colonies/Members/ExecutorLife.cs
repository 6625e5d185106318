using Muster.Gateway.Colonies.Functions;
using Muster.Gateway.Colonies.Processes;
using Muster.Messages.Executors;
using Muster.Messages.Processes;
using Muster.Persistence.Records;

namespace Muster.Gateway.Colonies.Members;

/// <summary>What happens to an executor that a colony has. The engine knows those that are approved.</summary>
internal static class ExecutorLife
{
    /// <summary>It is a member from now on.</summary>
    public static async Task ApproveAsync(ColoniesServices services, ColonyExecutor executor, CancellationToken cancel)
    {
        // First, so that the engine knows everybody who can ask for work.
        await services.Gate.SendAsync(
            new ExecutorCommand.Register { Executor = IdOf(executor), CommandId = Fresh(), Capability = ExecutorCapability.Of(executor) }, cancel).ConfigureAwait(false);
        await services.Directory.PutAsync(executor with { State = ExecutorState.Approved }, isNew: false, cancel).ConfigureAwait(false);
    }

    /// <summary>It is refused; what it holds runs elsewhere.</summary>
    public static async Task RejectAsync(ColoniesServices services, ColonyExecutor executor, CancellationToken cancel)
    {
        await services.Directory.PutAsync(executor with { State = ExecutorState.Rejected }, isNew: false, cancel).ConfigureAwait(false);
        await GiveBackAsync(services, executor, cancel).ConfigureAwait(false);
    }

    /// <summary>It is no member any more; what it holds runs elsewhere, its functions are gone.</summary>
    public static async Task UnregisterAsync(ColoniesServices services, ColonyExecutor executor, CancellationToken cancel)
    {
        var functions = await services.Store.Records.ListAsync(new RecordFilter(FunctionCounters.Kind) { Namespace = executor.Colony, Tag = executor.Name }, cancel).ConfigureAwait(false);
        await services.Directory.WriteAsync(
            cancel,
            [
                new RecordChange.Put(
                    ColonyExecutor.Kind, executor.Colony, executor.Name, Wire.ColoniesJson.Element(executor with { State = ExecutorState.Unregistered }), executor.Id),
                .. functions.Select(f => new RecordChange.Drop(f.Kind, f.Namespace, f.Key)),
            ]).ConfigureAwait(false);
        await GiveBackAsync(services, executor, cancel).ConfigureAwait(false);
    }

    /// <summary>What it holds runs elsewhere and is not counted.</summary>
    public static async Task GiveBackAsync(ColoniesServices services, ColonyExecutor executor, CancellationToken cancel)
    {
        await services.Gate.SendAsync(new ExecutorCommand.Remove { Executor = IdOf(executor), CommandId = Fresh() }, cancel).ConfigureAwait(false);
        foreach (var attempt in await services.Store.Read.RunningOfExecutorAsync(executor.Colony, executor.Name, cancel).ConfigureAwait(false))
        {
            await services.Gate.SendAsync(
                new ProcessCommand.Release { Process = attempt.Id, CommandId = $"removed-{attempt.Attempt}", Attempt = attempt.Attempt, Reason = "Its executor was removed." }, cancel).ConfigureAwait(false);
        }
    }

    private static ExecutorId IdOf(ColonyExecutor executor) => new(executor.Colony, executor.Name);

    private static string Fresh() => Guid.NewGuid().ToString("N");
}
