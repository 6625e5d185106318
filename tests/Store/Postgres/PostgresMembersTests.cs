using Muster.Messages.Processes;
using Muster.Persistence.Journal;
using Muster.Persistence.Membership;
using Muster.Persistence.Postgres;
using Muster.Tests.Store.Making;
using Muster.Tests.Support;
using Npgsql;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Postgres;

/// <summary>Who may join, and who may write: two clusters never write one store.</summary>
public sealed class PostgresMembersTests : IAsyncLifetime
{
    private static readonly MemberName A = new("127.0.0.1:4001", 1);
    private static readonly MemberName B = new("127.0.0.1:4002", 2);
    private static readonly MemberName C = new("127.0.0.1:4003", 3);

    private string _address = "";

    /// <inheritdoc />
    public async Task InitializeAsync() => _address = await (await PostgresServer.SharedAsync()).NewDatabaseAsync();

    /// <inheritdoc />
    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_first_founds_the_cluster_and_others_join_it_when_it_is_up()
    {
        await using var a = PostgresStore.Open(_address);
        await using var b = PostgresStore.Open(_address);

        var first = await a.Members!.PlanJoinAsync(A, []);
        first.Founds.ShouldBeTrue();
        first.Epoch.ShouldBe(1);
        (await b.Members!.PlanJoinAsync(B, [])).ShouldSatisfyAllConditions(p => p.Contacts.ShouldBe([A.Address]), p => p.Epoch.ShouldBe(1));
        await b.Members.UpAsync();

        (await a.Members.ListAsync()).Select(m => (m.Node, m.Status)).ShouldBe([(A.ToString(), MemberStatus.Up), (B.ToString(), MemberStatus.Up)]);
    }

    [Fact]
    public async Task Of_many_that_start_at_once_one_founds()
    {
        var stores = Enumerable.Range(0, 6).Select(_ => PostgresStore.Open(_address)).ToList();
        var plans = await Task.WhenAll(stores.Select((s, i) => s.Members!.PlanJoinAsync(new MemberName($"127.0.0.1:{5000 + i}", i), [])));

        plans.Count(p => p.Founds).ShouldBe(1);
        plans.ShouldAllBe(p => p.Epoch == 1);
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_node_writes_only_while_it_is_up()
    {
        await using var a = PostgresStore.Open(_address);
        await using var b = PostgresStore.Open(_address);
        await a.Members!.PlanJoinAsync(A, []);
        await b.Members!.PlanJoinAsync(B, []);
        var story = new Story(new("default", "early"));

        var early = b.Journal.AppendAsync(story.Submit(b.Clock.GetUtcNow()));
        await Eventually.TrueAsync(() => Task.FromResult(b.Gauge.StoreAway));
        early.IsCompleted.ShouldBeFalse("it is only starting");
        await b.Members.UpAsync();
        (await early).ShouldBeNull();

        await a.Members.MarkDownAsync(B);
        await Should.ThrowAsync<StoreUnavailableException>(() => b.Journal.AppendAsync(story.Cancel(b.Clock.GetUtcNow())));
        b.Members.Fenced.IsCancellationRequested.ShouldBeTrue();
        (await b.Journal.HighestAsync(story.PersistenceId)).ShouldBe(1);
        await Should.ThrowAsync<StoreUnavailableException>(() => b.Rows.TouchExecutorAsync("default", "x", b.Clock.GetUtcNow()));
        a.Members.Fenced.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Marking_a_node_down_waits_for_the_batch_that_it_is_writing()
    {
        await using var a = PostgresStore.Open(_address);
        await a.Members!.PlanJoinAsync(A, []);
        await using var writer = new NpgsqlConnection($"{_address};Pooling=false");
        await writer.OpenAsync();
        await using var batch = await writer.BeginTransactionAsync();
        // What every batch begins with.
        await using (var look = new NpgsqlCommand($"SELECT status FROM member WHERE node = '{A}' FOR KEY SHARE", writer))
        {
            (await look.ExecuteScalarAsync()).ShouldBe((int)MemberStatus.Up);
        }

        await a.Members.SeenAsync();
        var down = a.Members.MarkDownAsync(A);
        await Eventually.TrueAsync(async () =>
        {
            await using var waits = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)", writer);
            return await waits.ExecuteScalarAsync() is true;
        });
        down.IsCompleted.ShouldBeFalse();
        await batch.CommitAsync();
        await down;
    }

    [Fact]
    public async Task Of_two_nodes_that_shut_each_other_out_at_the_same_moment_one_stays()
    {
        for (var round = 0; round < 5; round++)
        {
            var names = new[] { A with { Incarnation = 10 + round }, B with { Incarnation = 10 + round } };
            await using var a = PostgresStore.Open(_address);
            await using var b = PostgresStore.Open(_address);
            await a.Members!.PlanJoinAsync(names[0], []);
            await a.Members.UpAsync();
            await b.Members!.PlanJoinAsync(names[1], []);
            await b.Members.UpAsync();

            // Each holds its own row and wants the other's; the server ends one of the two, which says it again.
            await Task.WhenAll(DownAsync(a, names[1]), DownAsync(b, names[0]));

            (await a.Members.ListAsync()).Count.ShouldBe(1);
            new[] { a, b }.Count(s => s.Members!.Fenced.IsCancellationRequested).ShouldBe(1);
        }

        static async Task DownAsync(PostgresStore store, MemberName other)
        {
            for (var said = false; !said;)
            {
                try
                {
                    await store.Members!.MarkDownAsync(other);
                    said = true;
                }
                catch (StoreUnavailableException)
                {
                    // A deadlock; the other one went on.
                }
            }
        }
    }

    [Fact]
    public async Task A_node_that_was_down_hears_it_from_its_own_heartbeat_and_stays_down()
    {
        await using var a = PostgresStore.Open(_address);
        await a.Members!.PlanJoinAsync(A, []);
        await a.Members.MarkDownAsync(A);

        await a.Members.SeenAsync();

        a.Members.Fenced.IsCancellationRequested.ShouldBeTrue();
        await a.Members.UpAsync();
        (await a.Members.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_was_shut_out_shuts_out_nobody_and_gets_no_lease()
    {
        await using var a = PostgresStore.Open(_address);
        await using var b = PostgresStore.Open(_address);
        await a.Members!.PlanJoinAsync(A, []);
        await b.Members!.PlanJoinAsync(B, []);
        await b.Members.UpAsync();
        await a.Members.MarkDownAsync(B);

        await b.Members.MarkDownAsync(A);
        (await b.Members.TakeLeaseAsync("sbr", "b", TimeSpan.FromMinutes(1))).ShouldBeFalse();
        await Should.ThrowAsync<StoreUnavailableException>(() => b.Members.PlanJoinAsync(B, [A.Address]));

        b.Members.Fenced.IsCancellationRequested.ShouldBeTrue();
        (await a.Members.ListAsync()).Single().Node.ShouldBe(A.ToString());
        await a.Members.SeenAsync();
        a.Members.Fenced.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Silent_nodes_are_no_way_in_and_who_founds_shuts_them_out()
    {
        await using var a = PostgresStore.Open(_address);
        await using var b = PostgresStore.Open(_address);
        await a.Members!.PlanJoinAsync(A, []);
        (await b.Members!.PlanJoinAsync(B, [])).Founds.ShouldBeFalse();
        await PostgresServer.ExecuteAsync(_address, "UPDATE member SET seen_at = seen_at - interval '16 seconds' WHERE status = 2");

        (await b.Members.PlanJoinAsync(B, [])).ShouldSatisfyAllConditions(p => p.Founds.ShouldBeTrue(), p => p.Epoch.ShouldBe(2));

        var story = new Story(new("default", "late"));
        await Should.ThrowAsync<StoreUnavailableException>(() => a.Journal.AppendAsync(story.Submit(a.Clock.GetUtcNow())));
        (await b.Journal.AppendAsync(new Story(new("default", "later")).Submit(b.Clock.GetUtcNow()))).ShouldBeNull();
    }

    [Fact]
    public async Task An_address_where_nobody_listens_and_the_own_of_an_earlier_life_are_shut_out_at_once()
    {
        await using var a = PostgresStore.Open(_address);
        await using var b = PostgresStore.Open(_address);
        await using var again = PostgresStore.Open(_address);
        await a.Members!.PlanJoinAsync(A, []);
        await b.Members!.PlanJoinAsync(B, []);
        await b.Members.UpAsync();

        var life = A with { Incarnation = 77 };
        (await again.Members!.PlanJoinAsync(life, [])).Contacts.ShouldBe([B.Address]);
        (await again.Members.PlanJoinAsync(life, [B.Address])).Founds.ShouldBeTrue();
        await a.Members.SeenAsync();
        await b.Members.SeenAsync();
        a.Members.Fenced.IsCancellationRequested.ShouldBeTrue();
        b.Members.Fenced.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task A_node_that_stops_leaves_at_once_and_its_counters_are_taken_over()
    {
        var story = new Story(new("default", "a"));
        await using (var a = PostgresStore.Open(_address))
        {
            await a.Members!.PlanJoinAsync(A, []);
            (await a.Journal.AppendAsync(story.Submit(a.Clock.GetUtcNow()))).ShouldBeNull();
        }

        await using var b = PostgresStore.Open(_address);
        (await b.Members!.PlanJoinAsync(B, [])).Founds.ShouldBeTrue();
        (await b.Journal.AppendAsync(story.Cancel(b.Clock.GetUtcNow()))).ShouldBeNull();
        (await b.Read.CountsAsync(null)).Single().Count.ShouldBe(1);
        await using var source = NpgsqlDataSource.Create(_address);
        await using var nodes = source.CreateCommand("SELECT count(DISTINCT node) FROM process_count");
        (await nodes.ExecuteScalarAsync()).ShouldBe(1L);
    }

    [Fact]
    public async Task A_lease_has_one_owner_until_it_is_given_back_or_has_run_out()
    {
        await using var a = PostgresStore.Open(_address);
        var members = a.Members!;
        (await members.TakeLeaseAsync("sbr", "a", TimeSpan.FromMinutes(1))).ShouldBeTrue();
        (await members.TakeLeaseAsync("sbr", "a", TimeSpan.FromMinutes(1))).ShouldBeTrue();
        (await members.TakeLeaseAsync("sbr", "b", TimeSpan.FromMinutes(1))).ShouldBeFalse();
        (await members.TakeLeaseAsync("other", "b", TimeSpan.FromMinutes(1))).ShouldBeTrue();

        await members.ReleaseLeaseAsync("sbr", "b");
        (await members.TakeLeaseAsync("sbr", "b", TimeSpan.FromMinutes(1))).ShouldBeFalse();
        await members.ReleaseLeaseAsync("sbr", "a");
        (await members.TakeLeaseAsync("sbr", "b", TimeSpan.FromMinutes(1))).ShouldBeTrue();

        await PostgresServer.ExecuteAsync(_address, "UPDATE lease SET until = until - interval '2 minutes'");
        (await members.TakeLeaseAsync("sbr", "c", TimeSpan.FromMinutes(1))).ShouldBeTrue();
    }

    [Fact]
    public async Task Nodes_write_beside_each_other_and_the_counts_agree()
    {
        await using var a = PostgresStore.Open(_address);
        await using var b = PostgresStore.Open(_address);
        await using var c = PostgresStore.Open(_address);
        await a.Members!.PlanJoinAsync(A, []);
        await b.Members!.PlanJoinAsync(B, []);
        await b.Members.UpAsync();
        await c.Members!.PlanJoinAsync(C, []);
        await c.Members.UpAsync();

        // A process is handed from node to node, as its shard would be; and they compete for the same places.
        PostgresStore[] nodes = [a, b, c];
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            var story = new Story(new("default", $"p{i}"));
            (await nodes[i % 3].Journal.AppendAsync(story.Submit(a.Clock.GetUtcNow()))).ShouldBeNull();
            (await nodes[(i + 1) % 3].Journal.AppendAsync(story.Assign(a.Clock.GetUtcNow(), "w", null, new SlotClaim($"k{i}", 1)))).ShouldBeNull();
            (await nodes[(i + 2) % 3].Journal.AppendAsync(story.Complete(a.Clock.GetUtcNow(), "1"))).ShouldBeNull();
        }));

        (await a.Read.CountsAsync(null)).Single(s => s.Count != 0).Count.ShouldBe(60);
    }
}
