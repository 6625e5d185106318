using Muster.Gateway.Colonies.Functions;
using Muster.Gateway.Colonies.Processes;
using Muster.Messages;
using Muster.Messages.Executors;
using Muster.Messages.Processes;
using Muster.Persistence.Records;

namespace Muster.Gateway.Colonies.Members;

/// <summary>What happens to an executor that a colony has. The engine knows those that are approved.</summary>
/// <remarks>None of it is given up half-way when the one who asked for it is gone.</remarks>
internal static class ExecutorLife
{
    /// <summary>Why an attempt ended whose executor is no member any more; the engine, which may be first, says the same.</summary>
    public static string Removed(string executor) => $"Its executor {executor} was removed.";

    /// <summary>It is a member from now on.</summary>
    /// <exception cref="ColoniesException">The engine does not take it now.</exception>
    public static async Task ApproveAsync(ColoniesServices services, ColonyExecutor executor)
    {
        // First, so that the engine knows everybody who can ask for work.
        if (await services.Gate.SendAsync(
            new ExecutorCommand.Register { Executor = IdOf(executor), CommandId = Fresh(), Capability = ExecutorCapability.Of(executor) }).ConfigureAwait(false) is ExecutorReply.Refused refused)
        {
            throw new ColoniesException(refused.Problem == Problem.Invalid ? 400 : 503, refused.Message);
        }

        await services.Directory.ChangeAsync(executor, e => e with { State = ExecutorState.Approved }).ConfigureAwait(false);
    }

    /// <summary>It is refused; what it holds runs elsewhere.</summary>
    public static async Task RejectAsync(ColoniesServices services, ColonyExecutor executor)
    {
        await services.Directory.ChangeAsync(executor, e => e with { State = ExecutorState.Rejected }).ConfigureAwait(false);
        await GiveBackAsync(services, executor).ConfigureAwait(false);
    }

    /// <summary>It is no member any more; what it holds runs elsewhere, its functions are gone.</summary>
    public static async Task UnregisterAsync(ColoniesServices services, ColonyExecutor executor)
    {
        var functions = await services.Store.Records.ListAsync(new RecordFilter(FunctionCounters.Kind) { Namespace = executor.Colony, Tag = executor.Name }).ConfigureAwait(false);
        await services.Directory.WriteAsync(
            [
                new RecordChange.Put(
                    ColonyExecutor.Kind, executor.Colony, executor.Name, Wire.ColoniesJson.Element(executor with { State = ExecutorState.Unregistered }), executor.Id),
                .. functions.Select(f => new RecordChange.Drop(f.Kind, f.Namespace, f.Key)),
            ]).ConfigureAwait(false);
        await GiveBackAsync(services, executor).ConfigureAwait(false);
    }

    /// <summary>What it holds runs elsewhere and is not counted.</summary>
    public static async Task GiveBackAsync(ColoniesServices services, ColonyExecutor executor)
    {
        await services.Gate.SendAsync(new ExecutorCommand.Remove { Executor = IdOf(executor), CommandId = Fresh() }).ConfigureAwait(false);
        foreach (var attempt in await services.Store.Read.RunningOfExecutorAsync(executor.Colony, executor.Name).ConfigureAwait(false))
        {
            await services.Gate.SendAsync(
                new ProcessCommand.Release { Process = attempt.Id, CommandId = $"removed-{attempt.Attempt}", Attempt = attempt.Attempt, Reason = Removed(executor.Name) }).ConfigureAwait(false);
        }
    }

    private static ExecutorId IdOf(ColonyExecutor executor) => new(executor.Colony, executor.Name);

    private static string Fresh() => Guid.NewGuid().ToString("N");
}
