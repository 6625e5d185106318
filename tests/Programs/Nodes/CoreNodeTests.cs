using Muster.Tests.Support;
using Npgsql;
using Shouldly;
using Xunit;

namespace Muster.Tests.Programs.Nodes;

/// <summary>Several nodes on one PostgreSQL database: each takes its part of the shards, and any of them may go.</summary>
public sealed class CoreNodeTests : ProgramsTest
{
    private string _store = "";
    private NpgsqlDataSource _source = null!;

    /// <inheritdoc />
    public override async Task InitializeAsync()
    {
        _store = await (await PostgresServer.SharedAsync()).NewDatabaseAsync();
        _source = NpgsqlDataSource.Create(_store);
    }

    /// <inheritdoc />
    public override async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_node_beside_a_seed_on_PostgreSQL_takes_shards_and_runs_processes()
    {
        var seed = await SeedAsync("--slots", "0");
        await NodeAsync("node-1");
        await MembersAsync(2);

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => seed.Api.SubmitAsync($$"""{"func":"echo","args":[{{i}}]}""")));
        foreach (var id in ids)
        {
            (await seed.Api.UntilAsync(id, "succeeded", 60))["executor"]!.GetValue<string>().ShouldBe("node-1");
        }

        // Both come to write, each with counters of its own; the node's share of the shards may come a moment after it is up.
        await Eventually.SeeAsync(async () =>
        {
            await seed.Api.SubmitAsync("""{"func":"echo"}""");
            return await ScalarAsync("SELECT count(DISTINCT node) FROM process_count");
        }, writers => writers == 2);
    }

    [Fact]
    public async Task When_the_only_seed_is_killed_the_node_goes_on_and_the_seed_comes_back_into_the_same_cluster()
    {
        var seed = await SeedAsync("--slots", "0");
        var node = await NodeAsync("node-1");
        await MembersAsync(2);
        var id = await seed.Api.SubmitAsync("""{"func":"sleep","args":[4]}""");
        await seed.Api.UntilAsync(id, "running", 60);
        await seed.KillAsync();

        // Nobody needs the seed to finish it.
        await Eventually.SeeAsync(() => ScalarAsync("SELECT status::bigint FROM process"), status => status == 4, 60);
        seed = await SeedAsync("--slots", "0");
        (await seed.Api.StatusAsync(id)).ShouldBe("succeeded");
        await seed.Api.UntilAsync(await seed.Api.SubmitAsync("""{"func":"echo"}"""), "succeeded", 60);
        (await ScalarAsync("SELECT value::bigint FROM metadata WHERE key = 'epoch'")).ShouldBe(1, "no second cluster was founded");
        node.Output.ShouldNotContain("joins it again");
    }

    [Fact]
    public async Task A_node_that_stood_still_is_shut_out_writes_nothing_and_joins_again()
    {
        var seed = await SeedAsync("--slots", "0");
        var node = await NodeAsync("node-1");
        await MembersAsync(2);
        await node.SignalAsync("STOP");
        await Eventually.SeeAsync(() => ScalarAsync("SELECT count(*) FROM member WHERE status = 3"), down => down == 1, 60);
        await NodeAsync("node-2");
        await seed.Api.UntilAsync(await seed.Api.SubmitAsync("""{"func":"echo"}"""), "succeeded", 60);

        await node.SignalAsync("CONT");
        await Eventually.SeeAsync(() => Task.FromResult(node.Output), text => text.Contains("joins it again", StringComparison.Ordinal), 60);
        await MembersAsync(3);
        (await ScalarAsync("SELECT value::bigint FROM metadata WHERE key = 'epoch'")).ShouldBe(1, Outputs);
    }

    [Fact]
    public async Task What_one_gateway_took_another_answers_for_and_it_outlives_the_first()
    {
        var first = await SeedAsync("--slots", "0");
        var second = await SeedAsync("--slots", "2");
        await MembersAsync(2);
        var id = await first.Api.SubmitAsync("""{"func":"sleep","args":[8]}""");
        await second.Api.UntilAsync(id, "running", 60);

        var wait = second.Api.GetAsync($"/v1/processes/{id}?wait=60s");
        var poll = second.Api.AssignAsync("other", "w2", 1, "60s");
        await first.KillAsync();

        (await wait).Body!["status"]!.GetValue<string>().ShouldBe("succeeded");
        var late = await second.Api.SubmitAsync("""{"func":"mine","queue":"other"}""");
        (await poll).Single()["id"]!.GetValue<string>().ShouldBe(late);
        (await second.Api.AttemptAsync(late, 1, "complete", """{"result":1}""")).Status.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    private Task<SeedProcess> SeedAsync(params string[] more) => StartSeedAsync(["--store", _store, "--config", QuickLoss.In(Folder), .. more]);

    private async Task<ProgramProcess> NodeAsync(string name)
    {
        // What the seed leaves there when it is ready.
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(Path.Combine(Folder.Path, "data", "cluster.address"))));
        return StartNode("--config", QuickLoss.In(Folder), "--name", name);
    }

    private Task<long> MembersAsync(int up) => Eventually.SeeAsync(() => ScalarAsync("SELECT count(*) FROM member WHERE status = 2"), n => n == up, 60);

    private async Task<long> ScalarAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return await command.ExecuteScalarAsync() as long? ?? -1;
    }
}
