using System.Text.RegularExpressions;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;
using Muster.Persistence.Sqlite;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Sqlite;

/// <summary>How SQLite carries out what the store asks: nothing walks a table that grows with the number of processes.</summary>
public sealed partial class SqlitePlansTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_statement_walks_a_table_that_grows()
    {
        await using var store = SqliteStore.Open(_folder.File("store.db"));
        await WriteEverything(store);
        await ReadEverything(store);

        var texts = store.Texts.Where(t => !t.StartsWith("PRAGMA", StringComparison.Ordinal)).ToList();
        texts.Count.ShouldBeGreaterThan(60);
        using var connection = RawSqlite.Connect(store);
        var walks = new List<string>();
        foreach (var text in texts.Select(Head).Where(t => t.Contains(' ', StringComparison.Ordinal) && !t.StartsWith("RELEASE", StringComparison.Ordinal) && !t.StartsWith("BEGIN", StringComparison.Ordinal)))
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"EXPLAIN QUERY PLAN {text}";
            for (var i = 1; text.Contains($"?{i}", StringComparison.Ordinal); i++)
            {
                command.Parameters.AddWithValue($"?{i}", 0);
            }

            using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                if (Walk().IsMatch(reader.GetString(3)))
                {
                    walks.Add($"{reader.GetString(3)} in: {text.ReplaceLineEndings(" ")}");
                }
            }
        }

        walks.ShouldBeEmpty();
    }

    // Walking the index of blocked children is the sweep's task, walking that of children which a parent ended is done once at a start; those of open workflows and of what they have not ended are its task too; the state alone narrows nothing; sorting what was found by the state sorts everything.
    [GeneratedRegex(@"^SCAN (process|p|c|n|o|journal|log|l|file|file_chunk|slot|snapshot|tags|process_label|process_link|w|workflow)\b(?! USING (COVERING )?INDEX (process_(child|cause|node)|workflow_open))|status<\?|^USE TEMP B-TREE FOR ORDER BY")]
    private static partial Regex Walk();

    private static async Task WriteEverything(SqliteStore store)
    {
        var life = new RandomLife(1, Now);
        for (var i = 0; i < 20; i++)
        {
            await Task.WhenAll(life.Wave(30).Select(store.Journal.AppendAsync));
        }

        var (id, at) = (life.Stories[0].Id, Now.AddDays(1));
        await store.Rows.TouchAsync(id, at, null, null, null);
        await store.Rows.MarkDamagedAsync(id, "");
        await store.Rows.AppendLogAsync(id, 1, [new LogLine(1, at, "log", "")]);
        await store.Rows.AppendLogAsync(id, 1, [new LogLine(2, at, "log", "")], "w");
        await store.Rows.AppendLogAsync(id.Namespace, "w", new LogLine(3, at, "log", ""));
        await store.Rows.RemoveMessagesAsync(null, at, 10);
        await store.Rows.RemoveMessagesAsync(id.Namespace, at, 10);
        await store.Rows.PutQueueAsync(new(id.Namespace, "q"), new(), at);
        await store.Rows.TouchExecutorAsync(id.Namespace, "w", at);
        foreach (var n in new[] { 1, 2 })
        {
            var file = await store.Rows.BeginFileAsync(life.Stories[^1].Id, "f", "", Now);
            await store.Rows.AppendFileAsync(file, 0, new byte[] { 1 });
            await store.Rows.CompleteFileAsync(file, n, "");
        }

        await store.Rows.DropFileAsync(await store.Rows.BeginFileAsync(id, "f", "", Now));
        await store.Rows.WebhookDoneAsync(id, at);
        (await store.Rows.RemoveFinishedAsync(at, 100)).ShouldBeGreaterThan(0);
        await store.Journal.DeleteAsync(PersistenceIdsOf(id), 1);
    }

    private static async Task ReadEverything(SqliteStore store)
    {
        var read = store.Read;
        var (id, queue) = (new ProcessId("default", "p00001"), new QueueId("default", "default"));
        await store.Journal.HistoryAsync("p/default/a");
        await read.FindAsync(id);
        await read.SpecAsync(id);
        await read.CheckpointAsync(id);
        await read.ListAsync(new() { Namespace = "default" }, null, 10);
        await read.ListAsync(new() { Namespace = "default", Statuses = [ProcessStatus.Running] }, 5, 10);
        await read.ListAsync(new() { Namespace = "default", Statuses = [ProcessStatus.Failed, ProcessStatus.Cancelled], Queue = "q", Func = "f" }, 5, 10);
        await read.CountAsync(new() { Namespace = "default", Statuses = [ProcessStatus.Failed, ProcessStatus.Cancelled] });
        await read.CountsAsync("default");
        await read.HistoryAsync(id);
        await read.EventsAsync(0, 10);
        await read.EventRangeAsync();
        await read.PlaceAsync(1);
        await read.LogsAsync(id, 0, 0, 10);
        foreach (var last in new[] { false, true })
        {
            await read.MessagesAsync(new() { Namespace = "default", Process = id.Id, After = 1, Last = last, Limit = 10 });
            await read.MessagesAsync(new() { Namespace = "default", Executor = "w", After = 1, Last = last, Limit = 10 });
            await read.MessagesAsync(new() { Namespace = "default", Text = "a", After = 1, Last = last, Limit = 10 });
        }

        await read.LanesAsync(queue);
        await read.WaitingAsync(queue, "lane", 10);
        await read.SlotsAsync(queue);
        await read.OlderWithKeyAsync(id, queue, "key", 10);
        await read.RunningWithoutPlaceAsync(queue);
        await read.DueAsync(Now, 10);
        await read.StatusesAsync("default", ["a"]);
        await read.ParentsAsync(id);
        await read.ChildrenOfAsync([id]);
        await read.UnheldAsync(10);
        await read.EndedByRetriedParentsAsync(10);
        await read.RunningOfExecutorAsync("default", "w");
        await read.RunningOfDemandAsync("d");
        await read.QueueSettingsAsync(queue);
        await read.QueuesAsync(null);
        await read.QueueExistsAsync(queue);
        await read.ExecutorAsync("default", "w");
        await read.ExecutorsAsync("default");
        await read.ScheduleAsync(new("default", "s"));
        await read.SchedulesAsync("default", null, 10);
        await read.GeneratorAsync(new("default", "g"));
        await read.GeneratorsAsync("default", null, 10);
        await read.FilesAsync(id);
        await read.FileChunkAsync(1, 0);
        await read.WebhooksAsync(Now, 10);
        await read.ListAsync(new() { Namespace = "default", Workflow = "flow1" }, null, 10);
        await read.WorkflowAsync(new("default", "flow1"));
        await read.WorkflowsAsync("default", [], null, 10);
        await read.WorkflowsAsync("default", [WorkflowStatus.Running], 5, 10);
        await read.WorkflowCountsAsync("default", ["flow1"]);
        await read.WorkflowProcessesAsync(new("default", "flow1"));
        await read.WorkflowEdgesAsync(new("default", "flow1"));
        await read.WorkflowsToLookAtAsync(10);
    }

    // A page is sorted out of the heads of several states; what matters is how one of them is found.
    private static string Head(string text) => text.StartsWith("SELECT * FROM (", StringComparison.Ordinal) ? text[15..text.IndexOf(')', text.IndexOf("LIMIT", StringComparison.Ordinal))] : text;

    private static string PersistenceIdsOf(ProcessId id) => Persistence.Journal.PersistenceIds.Of(id);
}
