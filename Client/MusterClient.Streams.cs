using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Muster.Client.Transport;

namespace Muster.Client;

public sealed partial class MusterClient
{
    /// <summary>The log lines of a process that are there, oldest first, read page by page as they are asked for.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="attempt">Only this attempt; all when null.</param>
    /// <param name="after">Only lines after this one; from the first when null.</param>
    /// <param name="cancel">Gives up.</param>
    public async IAsyncEnumerable<ProcessLogLine> LogsAsync(
        string id, int? attempt = null, ProcessLogLine? after = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var cursor = Place(after);
        do
        {
            var page = await GetAsync(At("processes", id, "logs").With("attempt", attempt).With("after", cursor), WireJson.Default.ListingProcessLogLine, cancel);
            foreach (var line in page.Items)
            {
                yield return line;
            }

            cursor = page.Cursor;
        }
        while (!string.IsNullOrEmpty(cursor));
    }

    /// <summary>Log lines of a process, those that are there and then those that come, until the process is final. Goes on after a lost connection; no line comes twice.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="attempt">Only this attempt; all when null.</param>
    /// <param name="after">Only lines after this one; from the first when null.</param>
    /// <param name="cancel">Ends it.</param>
    public async IAsyncEnumerable<ProcessLogLine> FollowLogsAsync(
        string id, int? attempt = null, ProcessLogLine? after = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var last = after;
        Call Open() => new(HttpMethod.Get, At("processes", id, "logs").With("follow", "true").With("attempt", attempt).With("after", Place(last)).ToString());

        await foreach (var said in EventStream.ReadAsync(_transport, Open, cancel))
        {
            if (said.Type == "end")
            {
                yield break;
            }

            if (said.Type == "line" && JsonSerializer.Deserialize(said.Data, WireJson.Default.ProcessLogLine) is { } line && IsAfter(line, last))
            {
                last = line;
                yield return line;
            }
        }
    }

    /// <summary>The transitions of all processes of the namespace as they happen, without end. Goes on after a lost connection; none is left out.</summary>
    /// <param name="after">The offset to go on after; from now on when null.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="MusterException">With status 410: what follows the offset is no longer kept.</exception>
    public async IAsyncEnumerable<ProcessEvent> EventsAsync(string? after = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var last = after;
        Call Open() => new(HttpMethod.Get, At("events").With("after", last).ToString());

        await foreach (var said in EventStream.ReadAsync(_transport, Open, cancel))
        {
            last = said.Id.Length > 0 ? said.Id : last;
            using var content = JsonDocument.Parse(said.Data);
            yield return new ProcessEvent { Offset = last ?? "", Type = said.Type, Content = content.RootElement.Clone() };
        }
    }

    private static string? Place(ProcessLogLine? line) => line is null ? null : string.Create(CultureInfo.InvariantCulture, $"{line.Attempt}.{line.Sequence}");

    private static bool IsAfter(ProcessLogLine line, ProcessLogLine? last) =>
        last is null || (line.Attempt, line.Sequence).CompareTo((last.Attempt, last.Sequence)) > 0;
}
