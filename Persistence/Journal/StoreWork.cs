using System.Data.Common;

namespace Muster.Persistence.Journal;

/// <summary>Something to write: the events of an entity, or statements of another kind.</summary>
public sealed class StoreWork
{
    private readonly TaskCompletionSource<Exception?>? _done;
    private readonly Action<Exception?>? _ended;

    private StoreWork(string? persistenceId, int size, Action<Exception?>? ended = null)
    {
        _ended = ended;
        _done = ended is null ? new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously) : null;
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
    /// <exception cref="InvalidOperationException">Its end is told by a call.</exception>
    public Task<Exception?> Done => _done?.Task ?? throw new InvalidOperationException("Who handed this work in is called at its end.");

    /// <summary>The events of an entity.</summary>
    /// <param name="append">The events.</param>
    /// <param name="ended">Called once by the writer, as <see cref="IJournalStore.Append"/> says.</param>
    public static StoreWork Of(JournalAppend append, Action<Exception?> ended) => new(append.PersistenceId, append.Size, ended) { Append = append };

    /// <summary>The events of an entity.</summary>
    public static StoreWork Of(JournalAppend append) => new(append.PersistenceId, append.Size) { Append = append };

    /// <summary>Statements; those that name an entity come after its earlier events.</summary>
    public static StoreWork Of(string? persistenceId, int size, Action<ISqlSession> statements) => new(persistenceId, size) { Statements = statements };

    /// <summary>It is known what came of it: null when it is durable, else why it was rejected or failed.</summary>
    internal void End(Exception? outcome)
    {
        if (_done is null)
        {
            _ended!(outcome);
        }
        else if (outcome is not null && IJournalStore.HasFailed(outcome))
        {
            _done.TrySetException(outcome);
        }
        else
        {
            _done.TrySetResult(outcome);
        }
    }
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
