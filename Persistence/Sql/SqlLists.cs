using System.Globalization;
using System.Text;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;

namespace Muster.Persistence.Sql;

/// <summary>How a filter becomes a query.</summary>
internal static class SqlLists
{
    private static readonly ProcessStatus[] All = [.. Enum.GetValues<ProcessStatus>().Where(s => s != ProcessStatus.None)];

    /// <summary>A page of processes, the newest first.</summary>
    public static (string Sql, object?[] Values) Page(ProcessFilter filter, long? before, int limit)
    {
        var (where, values) = Where(filter);
        if (before is not null)
        {
            values.Add(before);
            where += $" AND p.seq < ?{values.Count}";
        }

        values.Add(limit);
        var select = $"SELECT {SqlRows.ProcessColumns} FROM process p WHERE {where}";
        var order = $"ORDER BY p.seq DESC LIMIT ?{values.Count}";
        if (!filter.Labels.IsEmpty)
        {
            // The label leads to its processes, whatever their states.
            return ($"{select}{In(filter.Statuses)} {order}", [.. values]);
        }

        // The index has the processes of each state in order; a page is put together from the heads of the states that are asked for.
        IEnumerable<ProcessStatus> statuses = filter.Statuses.IsEmpty ? All : filter.Statuses.Distinct().Order();
        var heads = statuses.Select(s => $"SELECT * FROM ({select} AND p.status = {Number(s)} {order}) h");
        return ($"{string.Join(" UNION ALL ", heads)} ORDER BY 1 DESC LIMIT ?{values.Count}", [.. values]);
    }

    /// <summary>The first processes in some order.</summary>
    public static (string Sql, object?[] Values) First(ProcessFilter filter, ProcessOrder order, int limit)
    {
        var (where, values) = Where(filter);
        values.Add(limit);
        var by = order switch
        {
            ProcessOrder.Submitted => "p.seq",
            ProcessOrder.Place => "p.waiting_since IS NULL, p.priority DESC, p.waiting_since, p.seq",
            ProcessOrder.Started => "p.started_at, p.seq",
            ProcessOrder.Finished => "p.finished_at DESC, p.seq DESC",
            _ => throw new ArgumentOutOfRangeException(nameof(order)),
        };
        return ($"SELECT {SqlRows.ProcessColumns} FROM process p WHERE {where}{In(filter.Statuses)} ORDER BY {by} LIMIT ?{values.Count}", [.. values]);
    }

    /// <summary>How many processes match.</summary>
    public static (string Sql, object?[] Values) Count(ProcessFilter filter)
    {
        var (where, values) = Where(filter);
        return ($"SELECT count(*) FROM process p WHERE {where}{In(filter.Statuses)}", [.. values]);
    }

    private static (string Where, List<object?> Values) Where(ProcessFilter filter)
    {
        var where = new StringBuilder("p.namespace = ?1");
        var values = new List<object?> { filter.Namespace };

        void And(string condition, object? value)
        {
            if (value is not null)
            {
                values.Add(value);
                where.Append(CultureInfo.InvariantCulture, $" AND {condition} ?{values.Count}");
            }
        }

        And("p.queue =", filter.Queue);
        And("p.workflow =", filter.Workflow);
        And("p.func =", filter.Func);
        And("p.name =", filter.Name);
        And("p.executor =", filter.Executor);
        And("p.created_by =", filter.CreatedBy);
        And("p.created_at >=", SqlTimes.Up(filter.CreatedAfter));
        And("p.created_at <", SqlTimes.Up(filter.CreatedBefore));
        foreach (var (key, value) in filter.Labels)
        {
            values.Add(key);
            values.Add(value);
            where.Append(CultureInfo.InvariantCulture,
                $" AND p.seq IN (SELECT seq FROM process_label WHERE namespace = ?1 AND key = ?{values.Count - 1} AND value = ?{values.Count})");
        }

        return (where.ToString(), values);
    }

    private static string In(IReadOnlyCollection<ProcessStatus> statuses) => statuses.Count == 0 ? "" : $" AND p.status IN ({string.Join(',', statuses.Select(Number))})";

    private static string Number(ProcessStatus status) => ((int)status).ToString(CultureInfo.InvariantCulture);
}
