using System.Net;
using System.Runtime.CompilerServices;
using Muster.Client.Transport;

namespace Muster.Client;

public sealed partial class MusterClient
{
    /// <summary>A process with its result and spec.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="MusterNotFoundException">There is no such process.</exception>
    public Task<ProcessSnapshot> GetAsync(string id, CancellationToken cancel = default) =>
        GetAsync(At("processes", id), WireJson.Default.ProcessSnapshot, cancel);

    /// <summary>Waits until a process is final. Outlasts lost connections and restarts of the gateway, however long they take.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="timeout">How long to wait; for ever when null.</param>
    /// <param name="cancel">Gives up waiting; the process goes on.</param>
    /// <returns>The process, final, with its result.</returns>
    /// <exception cref="TimeoutException">It is not final in time.</exception>
    /// <exception cref="MusterNotFoundException">There is no such process.</exception>
    public async Task<ProcessSnapshot> WaitAsync(string id, TimeSpan? timeout = null, CancellationToken cancel = default)
    {
        using var late = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, _transport.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            return await WaitAsync(id, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"Process {id} was not final within {timeout}.");
        }
    }

    /// <summary>Stops a process for good. A worker that runs it hears of it with its next heartbeat.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="reason">Why, for its history.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<ProcessSnapshot> CancelAsync(string id, string? reason = null, CancellationToken cancel = default) =>
        PostAsync(At("processes", id, "cancel"), new ReasonBody(reason), WireJson.Default.ReasonBody, WireJson.Default.ProcessSnapshot, cancel);

    /// <summary>Starts a new series of attempts on a final process. Not sent again when the answer was lost: a process that has finished meanwhile would run once more.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="reason">Why, for its history.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="MusterConflictException">The process is not final.</exception>
    public Task<ProcessSnapshot> RetryAsync(string id, string? reason = null, CancellationToken cancel = default) => PostAsync(
        At("processes", id, "retry"), new ReasonBody(reason), WireJson.Default.ReasonBody, WireJson.Default.ProcessSnapshot, cancel, repeatable: false);

    /// <summary>Changes the place of a process in its queue.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="priority">Higher goes first.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<ProcessSnapshot> SetPriorityAsync(string id, int priority, CancellationToken cancel = default) =>
        PostAsync(At("processes", id, "priority"), new PriorityBody(priority), WireJson.Default.PriorityBody, WireJson.Default.ProcessSnapshot, cancel);

    /// <summary>Attaches values to a process.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="attributes">The values by name; null removes one. Others stay.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<ProcessSnapshot> SetAttributesAsync(string id, IReadOnlyDictionary<string, string?> attributes, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        return PostAsync(
            At("processes", id, "attributes"), attributes, WireJson.Default.IReadOnlyDictionaryStringString, WireJson.Default.ProcessSnapshot, cancel);
    }

    /// <summary>All processes that a filter matches, read page by page as they are asked for; without results and specs.</summary>
    /// <param name="filter">Which; all of the namespace when null.</param>
    /// <param name="pageSize">How many the gateway sends at once; default 100.</param>
    /// <param name="cancel">Gives up.</param>
    public async IAsyncEnumerable<ProcessSnapshot> ListAsync(ProcessFilter? filter = null, int pageSize = 100, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        string? cursor = null;
        do
        {
            var route = Filtered(filter ?? new ProcessFilter()).With("limit", pageSize).With("cursor", cursor);
            var page = await GetAsync(route, WireJson.Default.ListingProcessSnapshot, cancel);
            foreach (var process in page.Items)
            {
                yield return process;
            }

            cursor = page.Cursor;
        }
        while (!string.IsNullOrEmpty(cursor));
    }

    /// <summary>Does something to all processes that a filter matches.</summary>
    /// <param name="action">What.</param>
    /// <param name="filter">To which.</param>
    /// <param name="priority">The priority from now on; with <see cref="BulkAction.Priority"/> only.</param>
    /// <param name="reason">Why, for their histories.</param>
    /// <param name="dryRun">Only counts what the filter matches.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<BulkOutcome> BulkAsync(
        BulkAction action, ProcessFilter filter, int? priority = null, string? reason = null, bool dryRun = false, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var chosen = new BulkFilter(
            filter.Statuses, filter.Queue, filter.Func, filter.Name, filter.Executor, filter.Labels, filter.CreatedAfter, filter.CreatedBefore);
        var body = new BulkBody(action, chosen, priority, reason, dryRun ? true : null);
        return PostAsync(
            At("processes", "bulk"), body, WireJson.Default.BulkBody, WireJson.Default.BulkOutcome, cancel, repeatable: dryRun || action != BulkAction.Retry);
    }

    /// <summary>Every transition of a process, oldest first.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<Transition>> HistoryAsync(string id, CancellationToken cancel = default) =>
        (await GetAsync(At("processes", id, "history"), WireJson.Default.ListingTransition, cancel)).Items;

    private async Task<ProcessSnapshot> WaitAsync(string id, CancellationToken cancel)
    {
        var options = _transport.Options;
        var backoff = new Backoff(options.RetryDelay, options.RetryDelayCap);
        var call = new Call(HttpMethod.Get, At("processes", id).With("wait", options.PollWait).ToString()) { Hold = options.PollWait };
        while (true)
        {
            var asked = _transport.Clock.GetTimestamp();
            TimeSpan? later = null;
            try
            {
                var process = await _transport.AskOnceAsync(call, WireJson.Default.ProcessSnapshot, cancel);
                if (process.Status.IsFinal())
                {
                    return process;
                }
            }
            catch (MusterUnavailableException away) when (away.Status != HttpStatusCode.InsufficientStorage)
            {
                later = away.RetryAfter ?? TimeSpan.Zero;
            }

            // A gateway that is shutting down answers long before the time; asking at once again would be a storm.
            if (later is null && _transport.Clock.GetElapsedTime(asked) >= options.PollWait / 2)
            {
                backoff.Reset();
                continue;
            }

            await Task.Delay(backoff.Next(later), _transport.Clock, cancel);
        }
    }

    private Route Filtered(ProcessFilter filter)
    {
        var statuses = filter.Statuses is { Count: > 0 } some ? string.Join(',', some.Select(s => s.Word())) : null;
        var route = At("processes").With("status", statuses).With("queue", filter.Queue).With("func", filter.Func).With("name", filter.Name)
            .With("executor", filter.Executor).With("createdAfter", filter.CreatedAfter).With("createdBefore", filter.CreatedBefore);
        foreach (var (label, value) in filter.Labels ?? new Dictionary<string, string>())
        {
            route.With("label", $"{label}={value}");
        }

        return route;
    }
}
