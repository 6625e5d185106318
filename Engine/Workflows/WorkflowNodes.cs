using System.Collections.Immutable;
using Akka.Actor;
using Muster.Engine.Workflows.Rules;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Workflows;

/// <summary>What a workflow reads of its processes, and how it speaks to them.</summary>
/// <param name="id">The workflow.</param>
/// <param name="read">The tables.</param>
/// <param name="system">Where the processes are.</param>
internal sealed class WorkflowNodes(WorkflowId id, IReadModel read, ActorSystem system)
{
    /// <summary>How many processes are told something at once.</summary>
    private const int AtOnce = 500;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>Says something to one, and gives its answer.</summary>
    /// <exception cref="AskTimeoutException">There was none in time.</exception>
    public Task<ProcessReply> Ask(ProcessCommand command) => EngineContext.ProcessRegion(system).Ask<ProcessReply>(command, AnswerWithin);

    /// <summary>Says something to the first of many, and ends when all have answered or had the time to: whether they follow is seen at the next look.</summary>
    public Task Tell(ImmutableArray<ProcessCommand> orders) => Task.WhenAll(orders.Take(AtOnce).Select(async order =>
    {
        try
        {
            await Ask(order).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            // It is told again.
        }
    }));

    /// <summary>Reads how its processes are.</summary>
    public async Task<Seen> Look(WorkflowState state)
    {
        var counts = WorkflowCounts.Of((await read.WorkflowCountsAsync(id.Namespace, [id.Id]).ConfigureAwait(false)).Select(c => (c.Status, c.Count)));
        return new Seen(counts, !WorkflowRules.MayOrder(state, counts)
            ? []
            : [.. (await read.WorkflowProcessesAsync(id).ConfigureAwait(false)).Select(p => new NodeProcess(p.Id, p.Status, p.Cause))]);
    }

    /// <summary>Reads the states of the processes that decide whether a node may be added: <see cref="Concerned"/>, or <see cref="Unread"/>.</summary>
    public async Task<object> Read(WorkflowState state, WorkflowCommand.AddNode command, IActorRef from)
    {
        try
        {
            var ids = WorkflowRules.Concerned(state, command).Select(node => id.Process(node).Id).ToList();
            var rows = await read.StatusesAsync(id.Namespace, ids).ConfigureAwait(false);
            return new Concerned(command, from, rows.ToDictionary(r => r.Id, r => r.Status, StringComparer.Ordinal));
        }
        catch (Exception e)
        {
            return new Unread(from, e.Message);
        }
    }
}
