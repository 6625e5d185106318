using System.Collections.Immutable;
using Muster.Gateway.Colonies.Wire;
using Muster.Persistence;
using Muster.Persistence.Records;

namespace Muster.Gateway.Colonies.Members;

/// <summary>Colonies, users and executors, in memory: every message asks who its signer is. Where other nodes write the store too, it is read again every second while it is used.</summary>
/// <param name="store">The store.</param>
internal sealed class ColonyDirectory(IStore store) : IDisposable
{
    /// <summary>How old what other nodes have changed may be.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile Snapshot? _known;
    private long _readAt;

    /// <summary>The id of the server's owner; null when there is none.</summary>
    public string? ServerId { get; set; }

    /// <summary>All colonies, by name.</summary>
    public IEnumerable<Colony> Colonies => Known.Colonies.Values;

    private Snapshot Known => _known ?? throw new InvalidOperationException("The directory was not read yet.");

    /// <summary>Sees to it that what is known is not too old.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancel)
    {
        if (_known is null || (store.Records.Shared && TimeProvider.System.GetElapsedTime(Volatile.Read(ref _readAt)) > Fresh))
        {
            await ReadAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Reads everything anew.</summary>
    public async Task ReadAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var before = TimeProvider.System.GetTimestamp();
            var colonies = await AllAsync<Colony>(Members.Colony.Kind, cancel).ConfigureAwait(false);
            var users = await AllAsync<ColonyUser>(ColonyUser.Kind, cancel).ConfigureAwait(false);
            var executors = await AllAsync<ColonyExecutor>(ColonyExecutor.Kind, cancel).ConfigureAwait(false);
            _known = Snapshot.Of(colonies, users, executors, _known);
            Volatile.Write(ref _readAt, before);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A colony; null when there is none.</summary>
    public Colony? Colony(string name) => Known.Colonies.GetValueOrDefault(name);

    /// <summary>The colonies that an owner has.</summary>
    public IEnumerable<Colony> OwnedBy(string id) => Known.Colonies.Values.Where(c => c.OwnerId == id);

    /// <summary>A member by its identity; null when it is none of that colony. Of a user that is an executor too, what may do more.</summary>
    public Member? Member(string colony, string id) => Memberships(id).FirstOrDefault(m => m.Colony == colony);

    /// <summary>Where somebody is a member, in whatever state. A user may be an executor too: what may do more comes first.</summary>
    public ImmutableArray<Member> Memberships(string id) => Known.ById.TryGetValue(id, out var found) ? found : [];

    /// <summary>The users of a colony, by name.</summary>
    public IEnumerable<ColonyUser> Users(string colony) => Known.Users.GetValueOrDefault(colony, ImmutableSortedDictionary<string, ColonyUser>.Empty).Values;

    /// <summary>A user; null when there is none.</summary>
    public ColonyUser? User(string colony, string name) => Known.Users.GetValueOrDefault(colony)?.GetValueOrDefault(name);

    /// <summary>The executors of a colony, by name.</summary>
    public IEnumerable<ColonyExecutor> Executors(string colony) => Known.Executors.GetValueOrDefault(colony, ImmutableSortedDictionary<string, ColonyExecutor>.Empty).Values;

    /// <summary>An executor, in whatever state; null when there is none.</summary>
    public ColonyExecutor? Executor(string colony, string name) => Known.Executors.GetValueOrDefault(colony)?.GetValueOrDefault(name);

    /// <summary>Ends when something of a colony changes, its being paused for instance; at once when there is no such colony.</summary>
    public CancellationToken Changed(string colony) => ChangeOf(colony);

    /// <summary>Ends when an executor is no longer what it was: removed, rejected, of another type. Ends at once when there is none.</summary>
    public CancellationToken Changed(ColonyExecutor executor) => ChangeOf(Snapshot.KeyOf(executor));

    /// <summary>Writes a user, or makes one when there must be none. False when there is one.</summary>
    public Task<bool> PutAsync(ColonyUser user, bool isNew) =>
        WriteAsync(new RecordChange.Put(ColonyUser.Kind, user.Colony, user.Name, ColoniesJson.Element(user), user.Id) { Expected = isNew ? 0 : null });

    /// <summary>Writes an executor, or makes one when there must be none. False when there is one.</summary>
    public Task<bool> PutAsync(ColonyExecutor executor, bool isNew) =>
        WriteAsync(new RecordChange.Put(ColonyExecutor.Kind, executor.Colony, executor.Name, ColoniesJson.Element(executor), executor.Id) { Expected = isNew ? 0 : null });

    /// <summary>Writes a colony, or makes one when there must be none. False when there is one.</summary>
    public Task<bool> PutAsync(Colony colony, bool isNew) =>
        WriteAsync(new RecordChange.Put(Members.Colony.Kind, colony.Name, Members.Colony.Key, ColoniesJson.Element(colony), colony.OwnerId) { Expected = isNew ? 0 : null });

    /// <summary>Changes an executor as it is now, whatever others have changed of it meanwhile.</summary>
    /// <param name="executor">Which.</param>
    /// <param name="change">Says what becomes of it.</param>
    /// <returns>False when there is none any more.</returns>
    public Task<bool> ChangeAsync(ColonyExecutor executor, Func<ColonyExecutor, ColonyExecutor> change) => InTurnAsync(() =>
        Executor(executor.Colony, executor.Name) is { } now
            ? [new RecordChange.Put(ColonyExecutor.Kind, now.Colony, now.Name, ColoniesJson.Element(change(now)), change(now).Id)]
            : []);

    /// <summary>Changes a colony as it is now, whatever others have changed of it meanwhile.</summary>
    /// <param name="colony">Which.</param>
    /// <param name="change">Says what becomes of it.</param>
    /// <returns>False when there is none any more.</returns>
    public Task<bool> ChangeAsync(Colony colony, Func<Colony, Colony> change) => InTurnAsync(() =>
        Colony(colony.Name) is { } now
            ? [new RecordChange.Put(Members.Colony.Kind, now.Name, Members.Colony.Key, ColoniesJson.Element(change(now)), change(now).OwnerId)]
            : []);

    /// <summary>Makes changes of members, and knows of them before it ends. It is not given up when the caller is gone: what is known would be older than what is so.</summary>
    public Task<bool> WriteAsync(params IReadOnlyList<RecordChange> changes) => InTurnAsync(() => changes);

    /// <inheritdoc />
    public void Dispose()
    {
        _turn.Dispose();
        _writing.Dispose();
    }

    private CancellationToken ChangeOf(string key) => Known.Changed.TryGetValue(key, out var changed) ? changed.Token : new CancellationToken(canceled: true);

    private async Task<bool> InTurnAsync(Func<IReadOnlyList<RecordChange>> changes)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (changes() is not { Count: > 0 } list)
            {
                return false;
            }

            var done = await store.Records.WriteAsync(list).ConfigureAwait(false);
            await ReadAsync(CancellationToken.None).ConfigureAwait(false);
            return done;
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<IReadOnlyList<T>> AllAsync<T>(string kind, CancellationToken cancel) =>
        [.. (await store.Records.ListAsync(new RecordFilter(kind), cancel).ConfigureAwait(false)).Select(r => ColoniesJson.Of<T>(r.Body))];

    /// <summary>What was read at one time.</summary>
    private sealed record Snapshot(
        ImmutableSortedDictionary<string, Colony> Colonies,
        Dictionary<string, ImmutableSortedDictionary<string, ColonyUser>> Users,
        Dictionary<string, ImmutableSortedDictionary<string, ColonyExecutor>> Executors,
        Dictionary<string, ImmutableArray<Member>> ById,
        Dictionary<string, CancellationTokenSource> Changed)
    {
        public static Snapshot Of(IReadOnlyList<Colony> colonies, IReadOnlyList<ColonyUser> users, IReadOnlyList<ColonyExecutor> executors, Snapshot? before)
        {
            var byName = colonies.ToImmutableSortedDictionary(c => c.Name, c => c, StringComparer.Ordinal);
            var members = users.Select(u => new Member(u.Colony, u.Name, u.Id, null)).Concat(executors.Select(e => new Member(e.Colony, e.Name, e.Id, e)));
            var changed = new Dictionary<string, CancellationTokenSource>(StringComparer.Ordinal);
            foreach (var colony in colonies)
            {
                var same = before?.Colonies.GetValueOrDefault(colony.Name) == colony;
                changed[colony.Name] = same ? before!.Changed[colony.Name] : new CancellationTokenSource();
            }

            foreach (var executor in executors)
            {
                var was = before?.Executors.GetValueOrDefault(executor.Colony)?.GetValueOrDefault(executor.Name);
                var same = was is not null && (was.State, was.Id, was.Type, was.Location) == (executor.State, executor.Id, executor.Type, executor.Location);
                changed[KeyOf(executor)] = same ? before!.Changed[KeyOf(executor)] : new CancellationTokenSource();
            }

            var now = new Snapshot(
                byName,
                users.GroupBy(u => u.Colony, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToImmutableSortedDictionary(u => u.Name, u => u, StringComparer.Ordinal), StringComparer.Ordinal),
                executors.GroupBy(e => e.Colony, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToImmutableSortedDictionary(e => e.Name, e => e, StringComparer.Ordinal), StringComparer.Ordinal),
                members.Where(m => byName.ContainsKey(m.Colony)).OrderBy(Rank).GroupBy(m => m.Id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToImmutableArray(), StringComparer.Ordinal),
                changed);
            foreach (var (name, source) in before?.Changed ?? [])
            {
                if (!ReferenceEquals(changed.GetValueOrDefault(name), source))
                {
                    // Nobody disposes of it: whoever waits may still hold its token.
                    source.Cancel();
                }
            }

            return now;
        }

        // Who is a user and an executor by one key is the executor as soon as that may do anything.
        private static int Rank(Member member) => member switch
        {
            { Executor: not null, IsApproved: true } => 0,
            { Executor: null } => 1,
            _ => 2,
        };

        // No name holds a slash.
        public static string KeyOf(ColonyExecutor executor) => $"{executor.Colony}/{executor.Name}";
    }
}
