using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Muster.Seed;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Workflows;

/// <summary>What a seed makes up for that the one before it left half-done.</summary>
public sealed class WorkflowRestartTests
{
    private const string Flow = """{"id":"flow","onFailure":"fail-all","nodes":[{"name":"a","func":"f","maxRetries":0},{"name":"b","func":"f","after":["a"]},{"name":"c","func":"f","queue":"other"}]}""";

    [Fact]
    public async Task Processes_are_made_though_the_seed_ended_after_it_took_the_workflow()
    {
        using var folder = new TestFolder();
        var settings = new SeedSettings { Store = folder.File("muster.db"), Slots = 0 };
        var connection = await BeforeAsync(settings, before => before.Api.PostAsync("/v1/workflows", Flow).OkAsync());

        // As if it had ended between the two: of three processes one was made, and nothing says that there are more.
        await RunAsync(connection, """
            DELETE FROM journal WHERE persistence_id IN (SELECT 'p/default/' || id FROM process WHERE name <> 'a');
            DELETE FROM process_link;
            UPDATE process_count SET n = 0 WHERE status = 1 OR queue = 'other';
            DELETE FROM process WHERE name <> 'a';
            DELETE FROM journal WHERE persistence_id = 'w/default/flow' AND sequence_number > 1;
            UPDATE workflow SET made = 0;
            """);

        await using var after = await TestSeed.StartAsync(settings);
        await Eventually.SeeAsync(() => StatesAsync(after), s => s == "waiting a:waiting b:blocked c:waiting");
        (await after.Api.PostAsync("/v1/workflows", Flow).OkAsync())["nodes"]!.AsArray().Count.ShouldBe(3);
        foreach (var queue in new[] { "default", "default", "other" })
        {
            await after.Api.CompleteAsync((await after.Api.AssignAsync(queue)).ShouldHaveSingleItem());
        }

        await Eventually.SeeAsync(() => StatesAsync(after), s => s.StartsWith("succeeded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_workflow_follows_a_failure_that_the_seed_before_did_not_tell_it()
    {
        using var folder = new TestFolder();
        var settings = new SeedSettings { Store = folder.File("muster.db"), Slots = 0 };
        var connection = await BeforeAsync(settings, async before =>
        {
            await before.Api.PostAsync("/v1/workflows", Flow).OkAsync();
            await before.Api.FailAsync((await before.Api.AssignAsync("default")).ShouldHaveSingleItem());
            await Eventually.SeeAsync(() => StatesAsync(before), s => s == "failed a:failed b:failed c:failed");
        });

        // As if it had ended before its workflow heard of the failure.
        await RunAsync(connection, """
            DELETE FROM journal WHERE persistence_id = 'w/default/flow' AND sequence_number > 2;
            UPDATE workflow SET status = 1, started_at = NULL, finished_at = NULL;
            DELETE FROM journal WHERE sequence_number > 1 AND persistence_id IN (SELECT 'p/default/' || id FROM process WHERE name = 'c');
            UPDATE process SET status = 2, finished_at = NULL, cause = NULL, reason = NULL, waiting_since = 1 WHERE name = 'c';
            """);

        await using var after = await TestSeed.StartAsync(settings);
        await Eventually.SeeAsync(() => StatesAsync(after), s => s == "failed a:failed b:failed c:failed");
    }

    [Fact]
    public async Task A_cancel_that_was_begun_is_brought_to_its_end()
    {
        using var folder = new TestFolder();
        var settings = new SeedSettings { Store = folder.File("muster.db"), Slots = 0 };
        var connection = await BeforeAsync(settings, async before =>
        {
            await before.Api.PostAsync("/v1/workflows", Flow).OkAsync();
            await before.Api.PostAsync("/v1/workflows/flow/cancel").OkAsync();
        });

        // As if it had ended when only one of them was cancelled.
        await RunAsync(connection, """
            DELETE FROM journal WHERE persistence_id = 'w/default/flow' AND sequence_number > 3;
            UPDATE workflow SET status = 1, stopping = 1, started_at = NULL, finished_at = NULL;
            DELETE FROM journal WHERE sequence_number > 1 AND persistence_id IN (SELECT 'p/default/' || id FROM process WHERE name = 'c');
            UPDATE process SET status = 2, finished_at = NULL, cause = NULL, reason = NULL, waiting_since = 1 WHERE name = 'c';
            """);

        await using var after = await TestSeed.StartAsync(settings);
        await Eventually.SeeAsync(() => StatesAsync(after), s => s == "cancelled a:cancelled b:cancelled c:cancelled");
    }

    private static async Task<string> BeforeAsync(SeedSettings settings, Func<TestSeed, Task> what)
    {
        await using var before = await TestSeed.StartAsync(settings);
        await what(before);
        return before.Store.Sql.Connection;
    }

    private static async Task<string> StatesAsync(TestSeed seed)
    {
        var flow = await seed.Api.GetAsync("/v1/workflows/flow").OkAsync();
        return $"{flow.Status()} {string.Join(' ', flow["nodes"]!.AsArray().OrderBy(n => n!["name"]!.GetValue<string>(), StringComparer.Ordinal).Select(n => $"{n!["name"]}:{n!["status"]}"))}";
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        (await command.ExecuteNonQueryAsync()).ShouldBeGreaterThan(2);
    }
}
