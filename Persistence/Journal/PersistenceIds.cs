using Muster.Messages;
using Muster.Messages.Executors;
using Muster.Messages.Workflows;

namespace Muster.Persistence.Journal;

/// <summary>How entities are named in the journal: a letter for the kind, then the entity id.</summary>
public static class PersistenceIds
{
    /// <summary>The name of a process.</summary>
    public static string Of(ProcessId id) => $"p/{id}";

    /// <summary>The name of an executor.</summary>
    public static string Of(ExecutorId id) => $"x/{id}";

    /// <summary>The process behind a name; null when it is something else.</summary>
    public static ProcessId? Process(string persistenceId) =>
        persistenceId.StartsWith("p/", StringComparison.Ordinal) ? ProcessId.Parse(persistenceId[2..]) : null;

    /// <summary>The executor behind a name; null when it is something else.</summary>
    public static ExecutorId? Executor(string persistenceId)
    {
        if (!persistenceId.StartsWith("x/", StringComparison.Ordinal))
        {
            return null;
        }

        var id = ProcessId.Parse(persistenceId[2..]);
        return new ExecutorId(id.Namespace, id.Id);
    }

    /// <summary>The name of a workflow.</summary>
    public static string Of(WorkflowId id) => $"w/{id}";

    /// <summary>The workflow behind a name; null when it is something else.</summary>
    public static WorkflowId? Workflow(string persistenceId) =>
        persistenceId.StartsWith("w/", StringComparison.Ordinal) ? WorkflowId.Parse(persistenceId[2..]) : null;
}
