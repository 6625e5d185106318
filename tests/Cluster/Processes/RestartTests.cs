using Microsoft.Data.Sqlite;
using Muster.Seed;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Processes;

/// <summary>What a seed makes up for that the one before it left half-said.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task Children_of_a_retried_parent_are_reopened_though_the_seed_ended_before_it_told_them()
    {
        using var folder = new TestFolder();
        var settings = new SeedSettings { Store = folder.File("muster.db"), Slots = 0 };
        string connection;
        await using (var before = await TestSeed.StartAsync(settings))
        {
            connection = before.Store.Sql.Connection;
            await before.Api.SubmitAsync("""{"func":"f","id":"parent","maxRetries":0}""");
            await before.Api.SubmitAsync("""{"func":"f","id":"child","after":["parent"]}""");
            await before.Api.FailAsync((await before.Api.AssignAsync("default")).ShouldHaveSingleItem());
            await before.Api.UntilAsync("child", "failed");
            await before.Api.PostAsync("/v1/processes/parent/retry").OkAsync();
            await before.Api.UntilAsync("child", "blocked");
        }

        // As if it had ended between the two: the parent is reopened, the child's last event was never written.
        await RunAsync(connection, """
            DELETE FROM journal WHERE persistence_id = 'p/default/child' AND sequence_number = (SELECT max(sequence_number) FROM journal WHERE persistence_id = 'p/default/child');
            UPDATE process SET status = 5, cause = 'parent', finished_at = 1, next_deadline = NULL WHERE id = 'child';
            """);

        await using var after = await TestSeed.StartAsync(settings);
        await after.Api.UntilAsync("child", "blocked");
        await after.Api.CompleteAsync((await after.Api.AssignAsync("default")).ShouldHaveSingleItem());
        (await after.Api.AssignAsync("default")).ShouldHaveSingleItem().Id().ShouldBe("child");
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        (await command.ExecuteNonQueryAsync()).ShouldBe(2);
    }
}
