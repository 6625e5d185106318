using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Deployments;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Persistence.ReadModel;

/// <summary>Writes that are not events. They go through the same writer as the journal and are durable when the task ends.</summary>
public interface IRowWriter
{
    /// <summary>What a heartbeat changes: the next deadline, and what the attempt said about itself (null keeps the last).</summary>
    Task TouchAsync(ProcessId id, DateTimeOffset? nextDeadline, JsonElement? checkpoint, double? progress, string? progressText);

    /// <summary>Says in the row that the history cannot be read.</summary>
    Task MarkDamagedAsync(ProcessId id, string why);

    /// <summary>Log lines of an attempt; a line that exists is kept as it is. False when the log channel is full and nothing was taken.</summary>
    /// <param name="id">The process.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="executor">Who wrote them as messages of its own, whose sequence is their time in nanoseconds since 1970; null for the output of a command.</param>
    Task<bool> AppendLogAsync(ProcessId id, int attempt, IReadOnlyList<LogLine> lines, string? executor = null);

    /// <summary>A message of an executor that belongs to no process; its sequence is its time in nanoseconds since 1970. False when the log channel is full and nothing was taken.</summary>
    Task<bool> AppendLogAsync(string nameSpace, string executor, LogLine message);

    /// <summary>The settings of a queue.</summary>
    Task PutQueueAsync(QueueId queue, QueueSettings settings, DateTimeOffset now);

    /// <summary>When an executor was seen last.</summary>
    Task TouchExecutorAsync(string nameSpace, string id, DateTimeOffset now);

    /// <summary>Begins a file; it is not seen until <see cref="CompleteFileAsync"/>.</summary>
    Task<long> BeginFileAsync(ProcessId process, string name, string mediaType, DateTimeOffset now);

    /// <summary>A piece of a file, numbered from 0.</summary>
    Task AppendFileAsync(long fileId, int n, ReadOnlyMemory<byte> bytes);

    /// <summary>Shows a file, in place of an older one of the same name.</summary>
    Task CompleteFileAsync(long fileId, long size, string sha256);

    /// <summary>Forgets a file that was not completed.</summary>
    Task DropFileAsync(long fileId);

    /// <summary>A webhook was delivered or given up (null), or is to be tried again at a time.</summary>
    Task WebhookDoneAsync(ProcessId id, DateTimeOffset? again);

    /// <summary>What the reconciler saw and decided; of each deployment the last 500 decisions are kept.</summary>
    /// <param name="seen">Instances that are new or changed.</param>
    /// <param name="gone">Instances that are no more.</param>
    /// <param name="decisions">Decisions.</param>
    /// <param name="now">The time.</param>
    Task NoteInstancesAsync(
        IReadOnlyCollection<SeenInstance> seen, IReadOnlyCollection<(DeploymentId Deployment, string Instance)> gone, IReadOnlyCollection<DeploymentDecision> decisions, DateTimeOffset now);

    /// <summary>Removes finished processes with all that belongs to them, and says how many; those on which an unfinished child depends stay, and those of a workflow that is not over.</summary>
    Task<int> RemoveAsync(string nameSpace, IReadOnlyCollection<string> ids);

    /// <summary>Removes messages of executors that belong to no process and are older than a time, and says how many.</summary>
    /// <param name="nameSpace">The namespace; null for all.</param>
    /// <param name="before">The time.</param>
    /// <param name="limit">How many at the most.</param>
    Task<int> RemoveMessagesAsync(string? nameSpace, DateTimeOffset before, int limit);

    /// <summary>Removes finished processes older than a time, with all that belongs to them, and says how many; parents of unfinished children stay, and processes of a workflow that is not over for as long. A workflow goes with its last process.</summary>
    Task<int> RemoveFinishedAsync(DateTimeOffset before, int limit);
}
