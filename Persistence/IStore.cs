using Muster.Persistence.Journal;
using Muster.Persistence.Keys;
using Muster.Persistence.Membership;
using Muster.Persistence.ReadModel;
using Muster.Persistence.Records;

namespace Muster.Persistence;

/// <summary>One database that holds everything: journal, read model, logs, files.</summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>The events.</summary>
    IJournalStore Journal { get; }

    /// <summary>The tables, for reading.</summary>
    IReadModel Read { get; }

    /// <summary>The tables, for writing what is not an event.</summary>
    IRowWriter Rows { get; }

    /// <summary>The nodes that write this store; null when only one process can.</summary>
    IMembers? Members { get; }

    /// <summary>The keys of the gateway.</summary>
    IKeyStore Keys { get; }

    /// <summary>What is kept under a name and is no process.</summary>
    IRecordStore Records { get; }

    /// <summary>How much is under way, and whether a submit may come in.</summary>
    StoreGauge Gauge { get; }

    /// <summary>The time of the store at its start, moved on by a clock that nobody sets.</summary>
    TimeProvider Clock { get; }

    /// <summary>Where the store is, without secrets; for messages.</summary>
    string Location { get; }

    /// <summary>Whether the store answers.</summary>
    Task<bool> PingAsync(CancellationToken cancel = default);

    /// <summary>How the stock read journal and snapshot store reach the same tables: provider name and connection string.</summary>
    (string Provider, string Connection) Sql { get; }
}
