using System.Data.Common;

namespace Muster.Persistence.Journal;

/// <summary>Something to write: the events of an entity, or statements of another kind.</summary>
public sealed class StoreWork
{
    private StoreWork(string? persistenceId, int size)
    {
        PersistenceId = persistenceId;
        Size = size;
    }

    /// <summary>Events, with their effect on the read model.</summary>
    public JournalAppend? Append { get; private init; }

    /// <summary>Statements of another kind; may be repeated without harm.</summary>
    public Action<ISqlSession>? Statements { get; private init; }

    /// <summary>Whose rows it touches; works of one entity keep their order.</summary>
    public string? PersistenceId { get; }

    /// <summary>The size that counts against the bounds, in bytes.</summary>
    public int Size { get; }

    /// <summary>The order in which works came in; set when it is handed in.</summary>
    public long Order { get; internal set; }

    /// <summary>Whether it is log lines: bounded by themselves, and nobody waits for them before a recovery.</summary>
    internal bool IsLog { get; set; }

    /// <summary>Ends when it is durable, with the reason if it was rejected.</summary>
    public TaskCompletionSource<Exception?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The events of an entity.</summary>
    public static StoreWork Of(JournalAppend append) => new(append.PersistenceId, append.Size) { Append = append };

    /// <summary>Statements; those that name an entity come after its earlier events.</summary>
    public static StoreWork Of(string? persistenceId, int size, Action<ISqlSession> statements) => new(persistenceId, size) { Statements = statements };
}

/// <summary>Runs statements inside the writer's transaction; statements are prepared once.</summary>
public interface ISqlSession
{
    /// <summary>Runs a statement; says how many rows it changed.</summary>
    int Execute(string sql, params ReadOnlySpan<object?> values);

    /// <summary>Runs a query; gives the first column of the first row, null when there is none.</summary>
    object? Scalar(string sql, params ReadOnlySpan<object?> values);

    /// <summary>Runs a query; reads every row.</summary>
    IReadOnlyList<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values);
}
