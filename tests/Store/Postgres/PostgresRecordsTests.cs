using System.Text.Json;
using Muster.Persistence.Postgres;
using Muster.Persistence.Records;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Postgres;

/// <summary>Records that several nodes write.</summary>
public sealed class PostgresRecordsTests : IAsyncLifetime
{
    private string _address = "";

    /// <inheritdoc />
    public async Task InitializeAsync() => _address = await (await PostgresServer.SharedAsync()).NewDatabaseAsync();

    /// <inheritdoc />
    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Of_nodes_that_expect_the_same_version_one_writes()
    {
        await using var a = PostgresStore.Open(_address);
        await using var b = PostgresStore.Open(_address);
        await a.Records.WriteAsync(Count(0, 0));

        await Task.WhenAll(new[] { a.Records, b.Records }.SelectMany(r => Enumerable.Range(0, 4).Select(_ => RaiseAsync(r, 25))));

        (await a.Records.FindAsync("count", "n", "x"))!.ShouldSatisfyAllConditions(r => r.Body.GetInt32().ShouldBe(200), r => r.Version.ShouldBe(201));
    }

    private static async Task RaiseAsync(IRecordStore records, int times)
    {
        while (times > 0)
        {
            var found = (await records.FindAsync("count", "n", "x"))!;
            times -= await records.WriteAsync(Count(found.Body.GetInt32() + 1, found.Version)) ? 1 : 0;
        }
    }

    private static RecordChange Count(int n, long expected) => new RecordChange.Put("count", "n", "x", JsonSerializer.SerializeToElement(n)) { Expected = expected };
}
