using Muster.Messages;
using Muster.Messages.Deployments;
using Muster.Messages.Generators;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Messages.Schedules;
using Muster.Messages.Workflows;

namespace Muster.Persistence.ReadModel;

/// <summary>Questions to the tables. Answers are exact the moment a command is acknowledged, and no question wakes an actor.</summary>
public interface IReadModel
{
    /// <summary>One process; null when there is none.</summary>
    Task<ProcessRow?> FindAsync(ProcessId id, CancellationToken cancel = default);

    /// <summary>What was submitted; null when there is none or it cannot be read.</summary>
    Task<ProcessSpec?> SpecAsync(ProcessId id, CancellationToken cancel = default);

    /// <summary>What a process returned, as JSON text; null when it has no result.</summary>
    Task<System.Text.Json.JsonElement?> ResultAsync(ProcessId id, CancellationToken cancel = default);

    /// <summary>What the last attempt left for the next; null when nothing.</summary>
    Task<System.Text.Json.JsonElement?> CheckpointAsync(ProcessId id, CancellationToken cancel = default);

    /// <summary>Processes, the newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="before">Only those older than this <see cref="ProcessRow.Seq"/>.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancel">Stops the query.</param>
    Task<IReadOnlyList<ProcessRow>> ListAsync(ProcessFilter filter, long? before, int limit, CancellationToken cancel = default);

    /// <summary>The first processes in some order.</summary>
    Task<IReadOnlyList<ProcessRow>> ListAsync(ProcessFilter filter, ProcessOrder order, int limit, CancellationToken cancel = default);

    /// <summary>What is kept beside some rows, in their order.</summary>
    Task<IReadOnlyList<ProcessDetail>> DetailsAsync(IReadOnlyList<ProcessRow> rows, CancellationToken cancel = default);

    /// <summary>How many processes match.</summary>
    Task<long> CountAsync(ProcessFilter filter, CancellationToken cancel = default);

    /// <summary>How many processes are in which state, by queue; of one namespace or of all.</summary>
    Task<IReadOnlyList<CountRow>> CountsAsync(string? nameSpace, CancellationToken cancel = default);

    /// <summary>Every transition of a process.</summary>
    Task<IReadOnlyList<HistoryRow>> HistoryAsync(ProcessId id, CancellationToken cancel = default);

    /// <summary>Transitions of all processes after a place in the journal.</summary>
    Task<IReadOnlyList<HistoryRow>> EventsAsync(long after, int limit, CancellationToken cancel = default);

    /// <summary>Where an offset stands in the order of <see cref="EventsAsync"/>.</summary>
    Task<EventPlace> PlaceAsync(long offset, CancellationToken cancel = default);

    /// <summary>The first place from which no transition is missing, because the retention took none after it, and the last place. The first is at most the last plus 1.</summary>
    Task<(long First, long Last)> EventRangeAsync(CancellationToken cancel = default);

    /// <summary>Log lines of a process after a place.</summary>
    Task<IReadOnlyList<LogRow>> LogsAsync(ProcessId id, int attempt, long sequence, int limit, CancellationToken cancel = default);

    /// <summary>Log lines of processes and executors, in the order in which they were written.</summary>
    Task<IReadOnlyList<MessageRow>> MessagesAsync(MessageFilter filter, CancellationToken cancel = default);

    /// <summary>The lanes of a queue in which something waits.</summary>
    Task<IReadOnlyList<string>> LanesAsync(QueueId queue, CancellationToken cancel = default);

    /// <summary>The head of a lane: best priority first, then the longest waiting.</summary>
    Task<IReadOnlyList<WaitingRow>> WaitingAsync(QueueId queue, string lane, int limit, CancellationToken cancel = default);

    /// <summary>The end of a lane: who is taken when nobody else waits; null when nobody waits.</summary>
    Task<WaitingRow?> LastWaitingAsync(QueueId queue, string lane, CancellationToken cancel = default);

    /// <summary>The places under limits that are taken.</summary>
    Task<IReadOnlyList<SlotRow>> SlotsAsync(QueueId queue, CancellationToken cancel = default);

    /// <summary>Children that a parent's end has ended, and whose parent has been retried since.</summary>
    Task<IReadOnlyList<(ProcessId Parent, ProcessId Child, ProcessStatus Status)>> EndedByRetriedParentsAsync(int limit, CancellationToken cancel = default);

    /// <summary>How many attempts of a queue run without a place under its limit, because they began before it had one.</summary>
    Task<int> RunningWithoutPlaceAsync(QueueId queue, CancellationToken cancel = default);

    /// <summary>Processes that were submitted before this one and hold or want its concurrency key: they wait, run, or are between two attempts. Oldest first.</summary>
    Task<IReadOnlyList<RelatedRow>> OlderWithKeyAsync(ProcessId process, QueueId queue, string key, int limit, CancellationToken cancel = default);

    /// <summary>Processes, schedules and generators that act by themselves before a time; of each kind as many as the limit says, the earliest first.</summary>
    Task<IReadOnlyList<DueRow>> DueAsync(DateTimeOffset before, int limit, CancellationToken cancel = default);

    /// <summary>The states of some processes of a namespace, by id; those that do not exist are missing.</summary>
    Task<IReadOnlyList<RelatedRow>> StatusesAsync(string nameSpace, IReadOnlyCollection<string> ids, CancellationToken cancel = default);

    /// <summary>The parents of a process and their states.</summary>
    Task<IReadOnlyList<RelatedRow>> ParentsAsync(ProcessId child, CancellationToken cancel = default);

    /// <summary>The children of some processes and their states.</summary>
    Task<IReadOnlyList<(ProcessId Parent, ProcessId Child, ProcessStatus Status)>> ChildrenOfAsync(IReadOnlyCollection<ProcessId> parents, CancellationToken cancel = default);

    /// <summary>Blocked processes that no parent holds back any more, or that a failed one dooms.</summary>
    Task<IReadOnlyList<ProcessId>> UnheldAsync(int limit, CancellationToken cancel = default);

    /// <summary>The attempts that an executor holds.</summary>
    Task<IReadOnlyList<RunningRow>> RunningOfExecutorAsync(string nameSpace, string executor, CancellationToken cancel = default);

    /// <summary>The attempts that answer a demand.</summary>
    Task<IReadOnlyList<RunningRow>> RunningOfDemandAsync(string demand, CancellationToken cancel = default);

    /// <summary>A workflow; null when there is none.</summary>
    Task<WorkflowRow?> WorkflowAsync(WorkflowId id, CancellationToken cancel = default);

    /// <summary>Workflows of a namespace, the newest first.</summary>
    /// <param name="nameSpace">The namespace.</param>
    /// <param name="statuses">Those in any of these states; empty for all.</param>
    /// <param name="before">Only those older than this <see cref="WorkflowRow.Seq"/>.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancel">Stops the query.</param>
    Task<IReadOnlyList<WorkflowRow>> WorkflowsAsync(string nameSpace, IReadOnlyCollection<WorkflowStatus> statuses, long? before, int limit, CancellationToken cancel = default);

    /// <summary>How many processes of some workflows of a namespace are in which state.</summary>
    Task<IReadOnlyList<WorkflowCountRow>> WorkflowCountsAsync(string nameSpace, IReadOnlyCollection<string> ids, CancellationToken cancel = default);

    /// <summary>How many workflows of a namespace are in which state.</summary>
    Task<IReadOnlyList<(WorkflowStatus Status, long Count)>> WorkflowTotalsAsync(string nameSpace, CancellationToken cancel = default);

    /// <summary>The processes of a workflow and their states.</summary>
    Task<IReadOnlyList<RelatedRow>> WorkflowProcessesAsync(WorkflowId id, CancellationToken cancel = default);

    /// <summary>The edges of a workflow, by the ids of its processes.</summary>
    Task<IReadOnlyList<(string Parent, string Child)>> WorkflowEdgesAsync(WorkflowId id, CancellationToken cancel = default);

    /// <summary>Workflows whose row does not say what their processes say, and those that are making or ending some.</summary>
    Task<IReadOnlyList<WorkflowId>> WorkflowsToLookAtAsync(int limit, CancellationToken cancel = default);

    /// <summary>The settings of a queue; null when nobody made any.</summary>
    Task<QueueSettings?> QueueSettingsAsync(QueueId queue, CancellationToken cancel = default);

    /// <summary>Every queue that has settings, of one namespace or of all.</summary>
    Task<IReadOnlyList<(QueueId Queue, QueueSettings Settings)>> QueuesAsync(string? nameSpace, CancellationToken cancel = default);

    /// <summary>Whether the queue has settings or ever had a process.</summary>
    Task<bool> QueueExistsAsync(QueueId queue, CancellationToken cancel = default);

    /// <summary>A registered executor; null when there is none.</summary>
    Task<ExecutorRow?> ExecutorAsync(string nameSpace, string id, CancellationToken cancel = default);

    /// <summary>The registered executors of a namespace.</summary>
    Task<IReadOnlyList<ExecutorRow>> ExecutorsAsync(string nameSpace, CancellationToken cancel = default);

    /// <summary>A schedule; null when there is none.</summary>
    Task<ScheduleRow?> ScheduleAsync(ScheduleId id, CancellationToken cancel = default);

    /// <summary>The schedules of a namespace, by id.</summary>
    /// <param name="nameSpace">The namespace.</param>
    /// <param name="after">Only those whose id comes after this.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancel">Stops the query.</param>
    Task<IReadOnlyList<ScheduleRow>> SchedulesAsync(string nameSpace, string? after, int limit, CancellationToken cancel = default);

    /// <summary>A generator; null when there is none.</summary>
    Task<GeneratorRow?> GeneratorAsync(GeneratorId id, CancellationToken cancel = default);

    /// <summary>The generators of a namespace, by id.</summary>
    /// <param name="nameSpace">The namespace.</param>
    /// <param name="after">Only those whose id comes after this.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancel">Stops the query.</param>
    Task<IReadOnlyList<GeneratorRow>> GeneratorsAsync(string nameSpace, string? after, int limit, CancellationToken cancel = default);

    /// <summary>A deployment; null when there is none.</summary>
    Task<DeploymentRow?> DeploymentAsync(DeploymentId id, CancellationToken cancel = default);

    /// <summary>The deployments of a namespace, or of all, by namespace and id.</summary>
    /// <param name="nameSpace">The namespace; null for all of them, without a limit.</param>
    /// <param name="after">Only those whose id comes after this.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancel">Stops the query.</param>
    Task<IReadOnlyList<DeploymentRow>> DeploymentsAsync(string? nameSpace, string? after, int limit, CancellationToken cancel = default);

    /// <summary>Some deployments; those that do not exist are missing.</summary>
    Task<IReadOnlyList<DeploymentRow>> DeploymentsAsync(IReadOnlyCollection<DeploymentId> ids, CancellationToken cancel = default);

    /// <summary>How far every deployment is.</summary>
    Task<IReadOnlyList<DeploymentVersionRow>> DeploymentVersionsAsync(CancellationToken cancel = default);

    /// <summary>The revisions of a deployment, the newest first.</summary>
    Task<IReadOnlyList<DeploymentRevisionRow>> DeploymentRevisionsAsync(DeploymentId id, long? before, int limit, CancellationToken cancel = default);

    /// <summary>A revision of a deployment; null when there is none.</summary>
    Task<DeploymentRevisionRow?> DeploymentRevisionAsync(DeploymentId id, long revision, CancellationToken cancel = default);

    /// <summary>The instances of a deployment, or of all, as the reconciler saw them last.</summary>
    Task<IReadOnlyList<InstanceRow>> InstancesAsync(DeploymentId? id, CancellationToken cancel = default);

    /// <summary>What the reconciler decided for a deployment, the newest first.</summary>
    Task<IReadOnlyList<DecisionRow>> DecisionsAsync(DeploymentId id, long? before, int limit, CancellationToken cancel = default);

    /// <summary>The files of a process.</summary>
    Task<IReadOnlyList<FileRow>> FilesAsync(ProcessId process, CancellationToken cancel = default);

    /// <summary>A piece of a file; null after the last.</summary>
    Task<byte[]?> FileChunkAsync(long fileId, int n, CancellationToken cancel = default);

    /// <summary>Webhooks that are due.</summary>
    Task<IReadOnlyList<WebhookRow>> WebhooksAsync(DateTimeOffset before, int limit, CancellationToken cancel = default);
}
