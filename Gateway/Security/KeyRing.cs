using System.Collections.Concurrent;
using System.Collections.Frozen;
using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Security;

/// <summary>The keys as this gateway knows them. What it changes counts here at once; what another gateway changed in the same store, two seconds later.</summary>
/// <remarks>Nothing is asked of the store while nobody asks this gateway.</remarks>
public sealed class KeyRing : IDisposable
{
    /// <summary>How old knowledge may be that another process can have made wrong.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(2);

    /// <summary>The last use is known to this; more would be a write for each request.</summary>
    private static readonly TimeSpan UseStep = TimeSpan.FromMinutes(1);

    private readonly IKeyStore _store;
    private readonly TimeProvider _clock;
    private readonly bool _required;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, Lent> _lent = new(StringComparer.Ordinal);
    private volatile Known? _known;
    private int _open;
    private int _looking;

    /// <summary>Knows nothing yet.</summary>
    /// <param name="store">Where the keys are.</param>
    /// <param name="options">Whether a key is needed even when there is none.</param>
    public KeyRing(IStore store, GatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        _store = store.Keys;
        _clock = store.Clock;
        _required = options.KeysRequired;
    }

    /// <summary>Whether a key was needed when it was looked last.</summary>
    public bool Needed => _required || _known is { Any: true };

    /// <summary>Whether a key is needed: the gateway can be reached from elsewhere, or somebody has made a key. To revoke the last one opens nothing.</summary>
    /// <exception cref="StoreUnavailableException">Keys were needed, and the store does not answer.</exception>
    public async ValueTask<bool> AreNeededAsync(CancellationToken cancel = default) => (await KnownAsync(cancel).ConfigureAwait(false)).Any || _required;

    /// <summary>Every key, also the revoked ones, as the store has them.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public Task<IReadOnlyList<KeyRow>> ListAsync(CancellationToken cancel = default) => _store.ListAsync(cancel);

    /// <summary>Makes a key; it is good when the task ends.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="role">What its holder may do.</param>
    /// <param name="nameSpace">Where, or <see cref="KeyRow.AllNamespaces"/>.</param>
    /// <param name="text">The key, when it was made elsewhere.</param>
    public async Task<(KeyRow Row, KeyText Text)> MakeAsync(string name, KeyRole role, string nameSpace, KeyText? text = null)
    {
        text ??= KeyText.New();
        var row = new KeyRow { Id = text.Id, Hash = text.Hash(), Name = name, Role = role, Namespace = nameSpace, CreatedAt = _clock.GetUtcNow() };
        await _store.AddAsync(row).ConfigureAwait(false);
        await LookAsync(CancellationToken.None).ConfigureAwait(false);
        return (row, text);
    }

    /// <summary>Revokes a key; when the task ends it is good for nothing, and what was under way with it is cut off.</summary>
    public async Task RevokeAsync(string id)
    {
        await _store.RevokeAsync(id, _clock.GetUtcNow()).ConfigureAwait(false);
        await LookAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Makes an operator's key that no store knows and that ends with this process.</summary>
    /// <param name="used">Called at its first use, which is then the only one; null for a key that may be used again.</param>
    public string Lend(Func<Task>? used = null)
    {
        var text = KeyText.New();
        _lent[text.Id] = new Lent(text.Hash(), used);
        return text.ToString();
    }

    /// <summary>The key of a text; null when there is no such key or it was revoked.</summary>
    internal async ValueTask<CallerKey?> FindAsync(string? text, CancellationToken cancel)
    {
        if (KeyText.Parse(text) is not { } key)
        {
            return null;
        }

        if (_lent.TryGetValue(key.Id, out var lent))
        {
            return key.Fits(lent.Hash) && await UseAsync(key.Id, lent).ConfigureAwait(false) ? new CallerKey("local", KeyRole.Operator, null, CancellationToken.None) : null;
        }

        var known = await KnownAsync(cancel).ConfigureAwait(false);
        if (!known.Good.TryGetValue(key.Id, out var held) || !key.Fits(held.Row.Hash.Span))
        {
            return null;
        }

        Touch(held);
        return new CallerKey(held.Row.Name, held.Row.Role, held.Row.Namespace == KeyRow.AllNamespaces ? null : held.Row.Namespace, held.Revoked.Token);
    }

    /// <summary>Watches over a request that may last: hears when its key is revoked, also elsewhere, until it is disposed.</summary>
    internal IDisposable Watch(CallerKey key, Action revoked)
    {
        if (_store.Shared)
        {
            Interlocked.Increment(ref _open);
            if (Interlocked.Exchange(ref _looking, 1) == 0)
            {
                _ = LookWhileOpenAsync();
            }
        }

        return new Watching(this, key.Revoked.Register(revoked));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
        _turn.Dispose();
    }

    private async Task<bool> UseAsync(string id, Lent lent)
    {
        if (lent.Used is not { } used)
        {
            return true;
        }

        if (!_lent.TryRemove(KeyValuePair.Create(id, lent)))
        {
            return false;
        }

        await used().ConfigureAwait(false);
        return true;
    }

    private void Touch(Held held)
    {
        var now = _clock.GetUtcNow();
        var last = Interlocked.Read(ref held.Used);
        if (now.UtcTicks - last >= UseStep.Ticks && Interlocked.CompareExchange(ref held.Used, now.UtcTicks, last) == last)
        {
            _ = TouchAsync(held.Row.Id, now);
        }
    }

    private async Task TouchAsync(string id, DateTimeOffset now)
    {
        try
        {
            await _store.TouchAsync(id, now).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or JournalWriteException)
        {
            // The next use says it again; nothing depends on it.
        }
    }

    private async ValueTask<Known> KnownAsync(CancellationToken cancel)
    {
        if (_known is { } known && IsFresh(known))
        {
            return known;
        }

        try
        {
            return await LookAsync(cancel, onlyWhenOld: true).ConfigureAwait(false);
        }
        catch (StoreUnavailableException) when (_known is { Any: false } last && !_required)
        {
            // There were no keys two seconds ago. What needs the store is refused by the store.
            return last;
        }
    }

    private bool IsFresh(Known known) => !_store.Shared || TimeProvider.System.GetElapsedTime(known.At) < MaxAge;

    private async Task<Known> LookAsync(CancellationToken cancel, bool onlyWhenOld = false)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (onlyWhenOld && _known is { } fresh && IsFresh(fresh))
            {
                return fresh;
            }

            var at = TimeProvider.System.GetTimestamp();
            var rows = await _store.ListAsync(cancel).ConfigureAwait(false);
            var before = _known;
            var known = new Known(at, rows.Count > 0, rows.Where(r => r.RevokedAt is null).ToFrozenDictionary(r => r.Id, r => Hold(before, r), StringComparer.Ordinal));
            _known = known;
            foreach (var held in before?.Good.Values.Where(h => !known.Good.ContainsKey(h.Row.Id)) ?? [])
            {
                await held.Revoked.CancelAsync().ConfigureAwait(false);
            }

            return known;
        }
        finally
        {
            _turn.Release();
        }
    }

    // The same key stays the same, so that requests under way hear of its end.
    private static Held Hold(Known? before, KeyRow row) => before is not null && before.Good.TryGetValue(row.Id, out var held) ? held : new Held(row);

    private async Task LookWhileOpenAsync()
    {
        using var timer = new PeriodicTimer(MaxAge);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
            {
                try
                {
                    await LookAsync(_end.Token, onlyWhenOld: true).ConfigureAwait(false);
                }
                catch (StoreUnavailableException)
                {
                    // Whoever revokes a key needs the store too.
                }

                if (Volatile.Read(ref _open) == 0)
                {
                    Interlocked.Exchange(ref _looking, 0);
                    // Somebody may have come in between, and found it still looking.
                    if (Volatile.Read(ref _open) == 0 || Interlocked.Exchange(ref _looking, 1) == 1)
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The gateway ends.
        }
    }

    private sealed record Known(long At, bool Any, FrozenDictionary<string, Held> Good);

    private sealed record Lent(byte[] Hash, Func<Task>? Used);

    private sealed class Held(KeyRow row)
    {
        // In ticks, so that one of many requests writes it.
        public long Used = row.LastUsed?.UtcTicks ?? 0;

        public KeyRow Row => row;

        public CancellationTokenSource Revoked { get; } = new();
    }

    private sealed class Watching(KeyRing ring, CancellationTokenRegistration registration) : IDisposable
    {
        public void Dispose()
        {
            registration.Dispose();
            if (ring._store.Shared)
            {
                Interlocked.Decrement(ref ring._open);
            }
        }
    }
}
