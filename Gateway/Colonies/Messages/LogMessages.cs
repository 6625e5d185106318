using System.Text;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Logs: what executors say of the processes that they hold, and of themselves.</summary>
internal static class LogMessages
{
    private const int MostListed = 500;
    private const int MostFound = 100;
    private const int MostDays = 30;

    /// <summary>A message may have to go to another node; much larger ones would not get there.</summary>
    private const int MostBytes = 256 * 1024;

    public static void AddTo(MessageTable table) => table
        .On("addlogmsg", AddAsync)
        .On("addexecutorlogmsg", AddOfExecutorAsync)
        .On("getlogsmsg", ListAsync)
        .On("searchlogsmsg", SearchAsync);

    private static async Task<ColoniesReply> AddAsync(ColoniesCall call)
    {
        var wire = call.Read<LogRequests.Add>();
        var found = await FoundProcess.NeedAsync(call, wire.ProcessId, missing: 500).ConfigureAwait(false);
        var attempt = found.NeedAttempt();
        Refusals.Need(
            await call.Services.Gate.SendAsync(
                new ProcessCommand.AppendLog
                {
                    Process = found.Id,
                    CommandId = Guid.NewGuid().ToString("N"),
                    By = found.Member.Name,
                    Attempt = attempt,
                    Lines = [Line(call, wire.Message)],
                    Executor = found.Member.Name,
                }, call.Cancel).ConfigureAwait(false),
            conflict: 403);
        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> AddOfExecutorAsync(ColoniesCall call)
    {
        var wire = call.Read<LogRequests.Add>();
        if (call.Roles.NeedMember(wire.ColonyName).Executor is not { } me || me.Name != wire.ExecutorName)
        {
            throw new ColoniesException(403, "Access denied, only an executor itself may add logs of itself.");
        }

        return await call.Services.Store.Rows.AppendLogAsync(me.Colony, me.Name, Line(call, wire.Message)).ConfigureAwait(false)
            ? ColoniesReply.Empty
            : throw new ColoniesException(503, "Too many log lines wait to be written; send it again in a moment.");
    }

    private static async Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        var wire = call.Read<LogRequests.List>();
        var process = wire.ExecutorName.Length > 0 ? null : await FoundProcess.NeedAsync(call, wire.ProcessId, missing: 500).ConfigureAwait(false);
        var colony = process?.Id.Namespace ?? call.Roles.NeedMember(wire.ColonyName).Colony;
        if (process is null && call.Services.Directory.Executor(colony, wire.ExecutorName) is null)
        {
            throw new ColoniesException(500, $"There is no executor {wire.ExecutorName} in the colony.");
        }

        if (wire.Count > MostListed)
        {
            throw new ColoniesException(403, $"At most {MostListed} logs are listed at once, not {wire.Count}.");
        }

        var filter = new MessageFilter
        {
            Namespace = colony,
            Process = process?.Id.Id,
            Executor = process is null ? wire.ExecutorName : null,
            After = wire.Since > 0 && !wire.Latest ? wire.Since : null,
            Last = wire.Latest,
            Limit = wire.Count,
        };
        return await ReadAsync(call, filter, process?.Row).ConfigureAwait(false);
    }

    private static Task<ColoniesReply> SearchAsync(ColoniesCall call)
    {
        var wire = call.Read<LogRequests.Search>();
        call.Roles.NeedMember(wire.ColonyName);
        if (wire.Count > MostFound)
        {
            throw new ColoniesException(400, $"At most {MostFound} logs are found at once, not {wire.Count}.");
        }

        if (wire.Days > MostDays)
        {
            throw new ColoniesException(400, $"Logs are searched at most {MostDays} days back, not {wire.Days}.");
        }

        var filter = new MessageFilter
        {
            Namespace = wire.ColonyName,
            Text = wire.Text,
            After = ProcessView.Nanoseconds(call.Services.Now.AddDays(-Math.Max(wire.Days, 0))),
            Last = true,
            Limit = wire.Count,
        };
        return ReadAsync(call, filter, process: null);
    }

    private static async Task<ColoniesReply> ReadAsync(ColoniesCall call, MessageFilter filter, ProcessRow? process)
    {
        var rows = filter.Limit <= 0 ? [] : await call.Services.Store.Read.MessagesAsync(filter, call.Cancel).ConfigureAwait(false);
        return new ColoniesReply(rows.Select(r => new LogWire(r.Process ?? "", filter.Namespace, r.Executor ?? Holder(r, process), r.Text, r.Time)).ToList());
    }

    // Only the last attempt is known by its executor.
    private static string Holder(MessageRow row, ProcessRow? process) => process is { Executor: { } executor } && process.Attempt == row.Attempt ? executor : "";

    private static LogLine Line(ColoniesCall call, string message)
    {
        if (Encoding.UTF8.GetByteCount(message) is > MostBytes and var bytes)
        {
            throw new ColoniesException(400, $"The message has {bytes} bytes; a log message has {MostBytes} at the most. Split it, or put it into a file.");
        }

        var time = call.Services.LogTimes.Next(call.Services.Now);
        return new LogLine(time, DateTimeOffset.FromUnixTimeMilliseconds(time / 1_000_000), "log", message);
    }
}
