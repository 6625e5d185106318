using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Serialization;
using Muster.Persistence.Sql;
using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>The statements that make and change the rows of many processes at once.</summary>
internal static class PostgresProcessTable
{
    private static readonly ImmutableArray<PostgresColumn> Key = [PostgresColumn.Text("namespace"), PostgresColumn.Text("id")];

    // What is set at the submit only, and how it is found there.
    private static readonly ImmutableArray<(PostgresColumn Column, Func<ProcessChange, int, object?> Of)> Fixed =
    [
        (PostgresColumn.Text("queue"), (c, _) => c.Submit!.Spec.Queue),
        (PostgresColumn.Text("lane"), (c, _) => c.Submit!.Lane),
        (PostgresColumn.Int("shard"), (c, shards) => Shards.Of(c.Id.ToString(), shards)),
        (PostgresColumn.Text("name"), (c, _) => c.Submit!.Spec.Name),
        (PostgresColumn.Text("func"), (c, _) => c.Submit!.Spec.Func),
        (PostgresColumn.Text("runtime"), (c, _) => c.Submit!.Spec.Runtime),
        (PostgresColumn.Int("has_parents"), (c, _) => c.Submit!.Spec.After.IsEmpty ? 0 : 1),
        (PostgresColumn.Text("labels"), (c, _) => c.Submit!.Spec.Labels is { IsEmpty: false } labels ? JsonSerializer.Serialize(labels, MessagesJson.Default.ImmutableSortedDictionaryStringString) : null),
        (PostgresColumn.Int("webhook"), (c, _) => c.Submit!.Spec.Webhook is null ? 0 : 1),
        (PostgresColumn.Long("created_at"), (c, _) => SqlTimes.Down(c.Submit!.At)),
        (PostgresColumn.Text("created_by"), (c, _) => c.Submit!.By),
        (PostgresColumn.Long("not_before"), (c, _) => SqlTimes.Up(c.Submit!.Spec.Limits.NotBefore)),
        (PostgresColumn.Text("concurrency"), (c, _) => c.Submit!.Spec.Concurrency?.Key),
        (PostgresColumn.Text("workflow"), (c, _) => c.Submit!.Spec.Workflow),
    ];

    private static readonly ImmutableArray<PostgresColumn> All = [.. Key, .. Fixed.Select(f => f.Column), .. ProcessChange.Columns];

    private static readonly string InsertText = $"INSERT INTO process ({PostgresColumn.Names(All)}) SELECT {InsertValues()} FROM unnest({PostgresColumn.Arrays(All)}) AS u ({PostgresColumn.Names(All)})";

    private static readonly ConcurrentDictionary<uint, string> UpdateTexts = new();

    /// <summary>Makes the rows of processes that were submitted in this batch.</summary>
    public static NpgsqlBatchCommand Insert(IReadOnlyList<ProcessChange> changes, int shards)
    {
        var command = new NpgsqlBatchCommand(InsertText);
        AddKeys(command, changes);
        foreach (var (column, of) in Fixed)
        {
            command.Parameters.Add(column.Of(changes, c => of(c, shards)));
        }

        for (var i = 0; i < ProcessChange.Columns.Length; i++)
        {
            var place = i;
            command.Parameters.Add(ProcessChange.Columns[i].Of(changes, c => c[place]));
        }

        return command;
    }

    /// <summary>Changes the same columns in the rows of some processes.</summary>
    /// <param name="mask">The columns.</param>
    /// <param name="changes">The processes.</param>
    public static NpgsqlBatchCommand Update(uint mask, IReadOnlyList<ProcessChange> changes)
    {
        var command = new NpgsqlBatchCommand(UpdateTexts.GetOrAdd(mask, UpdateText));
        AddKeys(command, changes);
        for (var i = 0; i < ProcessChange.Columns.Length; i++)
        {
            if ((mask & (1u << i)) != 0)
            {
                var place = i;
                command.Parameters.Add(ProcessChange.Columns[i].Of(changes, c => c[place]));
            }
        }

        command.Parameters.Add(PostgresColumn.Int("anew").Of(changes, c => c.CountsAnew ? 1 : 0));
        return command;
    }

    private static void AddKeys(NpgsqlBatchCommand command, IReadOnlyList<ProcessChange> changes)
    {
        command.Parameters.Add(Key[0].Of(changes, c => c.Id.Namespace));
        command.Parameters.Add(Key[1].Of(changes, c => c.Id.Id));
    }

    private static string UpdateText(uint mask)
    {
        var columns = ProcessChange.Columns.Where((_, i) => (mask & (1u << i)) != 0).ToList();
        List<PostgresColumn> sent = [.. Key, .. columns, PostgresColumn.Int("anew")];
        return $"""
            UPDATE process p SET {string.Join(", ", columns.Select(c => $"{c.Name} = {Changed(c.Name)}"))}
            FROM unnest({PostgresColumn.Arrays(sent)}) AS u ({PostgresColumn.Names(sent)})
            WHERE p.namespace = u.namespace AND p.id = u.id
            """;
    }

    private static string Changed(string column) => column switch
    {
        "counted" => "CASE WHEN u.anew = 1 THEN 0 ELSE p.counted END + u.counted",
        "webhook_at" => "CASE WHEN p.webhook = 1 THEN u.webhook_at END",
        "attributes" => "jsonb_strip_nulls(coalesce(p.attributes, '{}')::jsonb || u.attributes::jsonb)::text",
        "progress" => "u.progress::double precision",
        _ => $"u.{column}",
    };

    private static string InsertValues() => string.Join(", ", All.Select(c => c.Name switch
    {
        "attempt" or "counted" => $"coalesce(u.{c.Name}, 0)",
        "webhook_at" => "CASE WHEN u.webhook = 1 THEN u.webhook_at END",
        "progress" => "u.progress::double precision",
        "attributes" => "jsonb_strip_nulls(u.attributes::jsonb)::text",
        _ => $"u.{c.Name}",
    }));
}
