using Muster.Messages;
using Muster.Messages.Deployments;
using Muster.Messages.Executors;
using Muster.Messages.Generators;
using Muster.Messages.Schedules;
using Muster.Messages.Workflows;

namespace Muster.Persistence.Journal;

/// <summary>How entities are named in the journal: a letter for the kind, then the entity id.</summary>
public static class PersistenceIds
{
    /// <summary>The name of a process.</summary>
    public static string Of(ProcessId id) => $"p/{id}";

    /// <summary>The name of an executor.</summary>
    public static string Of(ExecutorId id) => $"x/{id}";

    /// <summary>The name of a schedule.</summary>
    public static string Of(ScheduleId id) => $"s/{id}";

    /// <summary>The name of a generator.</summary>
    public static string Of(GeneratorId id) => $"g/{id}";

    /// <summary>The process behind a name; null when it is something else.</summary>
    public static ProcessId? Process(string persistenceId) => Parts(persistenceId, "p/");

    /// <summary>The executor behind a name; null when it is something else.</summary>
    public static ExecutorId? Executor(string persistenceId) => Parts(persistenceId, "x/") is { } id ? new ExecutorId(id.Namespace, id.Id) : null;

    /// <summary>The name of a workflow.</summary>
    public static string Of(WorkflowId id) => $"w/{id}";

    /// <summary>The workflow behind a name; null when it is something else.</summary>
    public static WorkflowId? Workflow(string persistenceId) => Parts(persistenceId, "w/") is { } id ? new WorkflowId(id.Namespace, id.Id) : null;

    /// <summary>The schedule behind a name; null when it is something else.</summary>
    public static ScheduleId? Schedule(string persistenceId) => Parts(persistenceId, "s/") is { } id ? new ScheduleId(id.Namespace, id.Id) : null;

    /// <summary>The name of a deployment.</summary>
    public static string Of(DeploymentId id) => $"d/{id}";

    /// <summary>The deployment behind a name; null when it is something else.</summary>
    public static DeploymentId? Deployment(string persistenceId) => Parts(persistenceId, "d/") is { } id ? new DeploymentId(id.Namespace, id.Id) : null;

    /// <summary>The generator behind a name; null when it is something else.</summary>
    public static GeneratorId? Generator(string persistenceId) => Parts(persistenceId, "g/") is { } id ? new GeneratorId(id.Namespace, id.Id) : null;

    private static ProcessId? Parts(string persistenceId, string kind) =>
        persistenceId.StartsWith(kind, StringComparison.Ordinal) ? ProcessId.Parse(persistenceId[kind.Length..]) : null;
}
