using DbUp;
using DbUp.Engine.Output;
using Muster.Persistence.Journal;

namespace Muster.Persistence.Sqlite;

/// <summary>Brings the tables up to this version: numbered scripts that only add, each applied once.</summary>
internal static class SqliteSchema
{
    public static void Upgrade(string connectionString)
    {
        var result = DeployChanges.To
            .SqliteDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(typeof(SqliteSchema).Assembly, name => name.Contains(".Sqlite.Schema.", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new StoreOpenException($"The schema script {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
        }
    }
}
