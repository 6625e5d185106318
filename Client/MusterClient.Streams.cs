using System.Runtime.CompilerServices;
using System.Text.Json;
using Muster.Client.Transport;

namespace Muster.Client;

public sealed partial class MusterClient
{
    /// <summary>Log lines of a process, as many as the gateway sends at once, oldest first.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="attempt">Only this attempt; all when null.</param>
    /// <param name="after">Only lines after this sequence number.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<ProcessLogLine>> LogsAsync(string id, int? attempt = null, long? after = null, CancellationToken cancel = default) =>
        (await GetAsync(At("processes", id, "logs").With("attempt", attempt).With("after", after), WireJson.Default.ListingProcessLogLine, cancel)).Items;

    /// <summary>Log lines of a process, those that are there and then those that come, until the process is final. Goes on after a lost connection; no line comes twice.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="attempt">Only this attempt; all when null.</param>
    /// <param name="after">Only lines after this sequence number.</param>
    /// <param name="cancel">Ends it.</param>
    public async IAsyncEnumerable<ProcessLogLine> FollowLogsAsync(
        string id, int? attempt = null, long? after = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        (int Attempt, long Sequence) last = (0, 0);

        // Without a fixed attempt the place of the last line does not say where to go on: what was seen is left out here instead.
        Call Open() => new(HttpMethod.Get, At("processes", id, "logs").With("follow", "true").With("attempt", attempt)
            .With("after", attempt == last.Attempt ? last.Sequence : after).ToString());

        await foreach (var said in EventStream.ReadAsync(_transport, Open, cancel))
        {
            if (said.Type == "end")
            {
                yield break;
            }

            if (said.Type != "line" || JsonSerializer.Deserialize(said.Data, WireJson.Default.ProcessLogLine) is not { } line
                || (line.Attempt, line.Sequence).CompareTo(last) <= 0 || (attempt is { } only && line.Attempt != only))
            {
                continue;
            }

            last = (line.Attempt, line.Sequence);
            yield return line;
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
}
