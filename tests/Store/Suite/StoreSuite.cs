using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Muster.Messages;
using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;
using Muster.Tests.Store.Faults;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

/// <summary>What every store promises. A database joins by a class that says how its store is opened.</summary>
public abstract partial class StoreSuite : IAsyncLifetime
{
    /// <summary>When the stories of these tests begin.</summary>
    protected static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<IStore> _stores = [];
    private IStore? _store;

    /// <summary>The store of the test, with default bounds unless <see cref="Open"/> made it otherwise.</summary>
    protected IStore Store => _store ??= Open();

    /// <summary>The store's time, which only the test moves.</summary>
    protected FakeTimeProvider Clock { get; } = new(T0);

    /// <inheritdoc />
    public virtual Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public virtual async Task DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }
    }

    /// <summary>Opens a store of this kind that nothing was written to.</summary>
    protected abstract IStore OpenEmpty(StoreOptions options, TimeProvider? clock, Func<IBatchTarget, IBatchTarget>? wrap);

    /// <summary>A connection to the tables of a store that knows nothing of Muster.</summary>
    protected abstract DbConnection Connect(IStore store);

    /// <summary>Opens another empty store; the first one that a test opens is its <see cref="Store"/>.</summary>
    protected IStore Open(StoreOptions? options = null, Func<IBatchTarget, IBatchTarget>? wrap = null)
    {
        var store = OpenEmpty(options ?? new StoreOptions(), Clock, wrap);
        _stores.Add(store);
        return _store ??= store;
    }

    /// <summary>A second store, beside the one of the test.</summary>
    protected IStore OpenOther()
    {
        var store = OpenEmpty(new StoreOptions(), Clock, null);
        _stores.Add(store);
        return store;
    }

    /// <summary>Ends when followers of all transitions see what was written: where several nodes write, they see it when all that began before it has ended.</summary>
    protected virtual Task SeenByFollowersAsync() => Task.CompletedTask;

    /// <summary>A time of the story, in seconds from its begin.</summary>
    protected static DateTimeOffset At(double seconds) => T0.AddSeconds(seconds);

    /// <summary>A process of the default namespace that nothing happened to.</summary>
    protected static Story New(string id, string nameSpace = Ids.DefaultNamespace) => new(new ProcessId(nameSpace, id));

    /// <summary>Appends one after the other; each must be taken.</summary>
    protected async Task Write(params IEnumerable<JournalAppend?> appends)
    {
        foreach (var append in appends)
        {
            (await Store.Journal.AppendAsync(append.ShouldNotBeNull())).ShouldBeNull();
        }
    }

    /// <summary>Appends all at once; each must be taken.</summary>
    protected static async Task WriteAtOnce(IStore store, IEnumerable<JournalAppend> appends)
    {
        foreach (var outcome in await Task.WhenAll(appends.Select(store.Journal.AppendAsync)))
        {
            outcome.ShouldBeNull();
        }
    }

    /// <summary>Lets everything happen to some processes.</summary>
    protected async Task<RandomLife> Live(int seed, int waves, int width = 40)
    {
        var life = new RandomLife(seed, T0);
        for (var i = 0; i < waves; i++)
        {
            await WriteAtOnce(Store, life.Wave(width));
        }

        return life;
    }

    /// <summary>Rows of the tables as text, whatever they are.</summary>
    protected IReadOnlyList<string> Raw(string sql, IStore? store = null)
    {
        using var connection = Connect(store ?? Store);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))));
        }

        return rows;
    }

    /// <summary>Changes rows behind the store's back; says how many.</summary>
    protected int Tamper(string sql, params (string Name, object Value)[] values)
    {
        using var connection = Connect(Store);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command.ExecuteNonQuery();
    }

    /// <summary>A row as text, without its number, so that two can be compared.</summary>
    protected static string Shape(ProcessRow? row) => row is null ? "none" : JsonSerializer.Serialize(row with { Seq = 0 }, Shapes);

    private static readonly JsonSerializerOptions Shapes = new() { WriteIndented = true };

    private static string Text(object value) => value switch
    {
        DBNull => "null",
        byte[] bytes => Convert.ToHexString(bytes),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
