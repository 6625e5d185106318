using System.Globalization;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence;
using Muster.Persistence.ReadModel;

namespace Muster.Tests.Faults;

/// <summary>Holds the journal of the store against what the callers saw.</summary>
/// <param name="history">What the callers saw.</param>
internal sealed class Invariants(History history)
{
    private readonly List<(string Process, string Broken)> _broken = [];
    private readonly Dictionary<string, List<ProcessEvent>> _events = [];
    private readonly Dictionary<ProcessEvent, int> _places = new(ReferenceEqualityComparer.Instance);

    /// <summary>What does not hold: the process, and the invariant with what is wrong.</summary>
    public IReadOnlyList<(string Process, string Broken)> Broken => _broken;

    /// <summary>The events of a process, in order; none when it does not exist.</summary>
    public IReadOnlyList<ProcessEvent> Of(string id) => _events.GetValueOrDefault(id) ?? [];

    /// <summary>Reads the store and checks everything.</summary>
    public async Task CheckAsync(IStore store)
    {
        await ReadAsync(store).ConfigureAwait(false);
        var starts = history.Starts.GroupBy(s => s.Id).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var submission in history.Submissions)
        {
            var events = Of(submission.Id);
            if (events.Count == 0)
            {
                if (submission.AcknowledgedAt is not null)
                {
                    Add(submission.Id, "I1: acknowledged, and is not there");
                }

                continue;
            }

            CheckLife(submission.Id, events);
            CheckStarts(submission.Id, events, starts.GetValueOrDefault(submission.Id) ?? []);
            CheckTime(submission, events);
        }

        foreach (var id in history.Unknown)
        {
            Add(id, "I11: acknowledged, and unknown right afterwards");
        }

        CheckParents();
        CheckLimit();
        await CheckRowsAsync(store).ConfigureAwait(false);
    }

    private async Task ReadAsync(IStore store)
    {
        for (long after = 0; ;)
        {
            var rows = await store.Read.EventsAsync(after, 2_000).ConfigureAwait(false);
            if (rows.Count == 0)
            {
                return;
            }

            foreach (var row in rows)
            {
                after = row.Offset;
                if (row.Event is not { } e)
                {
                    Add(row.Process.Id, "I12: an event cannot be read");
                    continue;
                }

                if (!_events.TryGetValue(row.Process.Id, out var events))
                {
                    _events.Add(row.Process.Id, events = []);
                }

                events.Add(e);
                _places.Add(e, _places.Count);
            }
        }
    }

    // I2 and I3: one final event, nothing after it; attempts rise and follow each other.
    private void CheckLife(string id, IReadOnlyList<ProcessEvent> events)
    {
        if (events.Count(e => e is ProcessEvent.Submitted) != 1 || events[0] is not ProcessEvent.Submitted)
        {
            Add(id, "I1: it was submitted more than once");
        }

        if (events.Count(e => e.To.IsFinal()) is var final && final != 1)
        {
            Add(id, string.Create(CultureInfo.InvariantCulture, $"{(final == 0 ? "I5" : "I2")}: it has {final} final events; the last is {events[^1]}"));
        }

        var (attempt, live) = (0, false);
        foreach (var e in events)
        {
            switch (e)
            {
                case ProcessEvent.Assigned a:
                    if (live || a.Attempt <= attempt)
                    {
                        Add(id, string.Create(CultureInfo.InvariantCulture, $"I3: attempt {a.Attempt} came while or after {attempt}"));
                    }

                    (attempt, live) = (a.Attempt, true);
                    break;
                case ProcessEvent.AttemptEnded or ProcessEvent.Succeeded:
                    live = false;
                    break;
            }
        }

        if (history.Completed.TryGetValue(id, out var result) && (events[^1] as ProcessEvent.Succeeded)?.Result?.GetString() != result)
        {
            Add(id, $"I2: '{result}' was acknowledged, and the last event is {events[^1]}");
        }
    }

    // I4: handlers start only for assignments, once each, and retries that count stay within their limit.
    private void CheckStarts(string id, IReadOnlyList<ProcessEvent> events, List<History.Start> starts)
    {
        var assigned = events.OfType<ProcessEvent.Assigned>().Select(a => a.Attempt).ToHashSet();
        if (starts.GroupBy(s => s.Attempt).FirstOrDefault(g => g.Count() > 1 || !assigned.Contains(g.Key)) is { } wrong)
        {
            Add(id, string.Create(CultureInfo.InvariantCulture, $"I4: attempt {wrong.Key} began {wrong.Count()} times, assigned were {string.Join(' ', assigned)}"));
        }

        var spec = (events[0] as ProcessEvent.Submitted)?.Spec;
        var counted = events.OfType<ProcessEvent.AttemptEnded>().Count(e => e.Counted);
        if (spec is not null && counted > spec.Limits.MaxRetries + 1)
        {
            Add(id, string.Create(CultureInfo.InvariantCulture, $"I4: {counted} counted attempts, {spec.Limits.MaxRetries} retries allowed"));
        }
    }

    // I6: never early.
    private void CheckTime(History.Submission submission, IReadOnlyList<ProcessEvent> events)
    {
        if (submission.Kind == "doomed" && events[^1] is ProcessEvent.Failed failed && failed.At - events[0].At < Load.MaxWait)
        {
            Add(submission.Id, $"I6: failed {failed.At - events[0].At} after the submit, which is early");
        }
    }

    // I8: no child starts before its parent succeeded. By the order of the journal: the clocks of two nodes differ by some milliseconds.
    private void CheckParents()
    {
        foreach (var submission in history.Submissions.Where(s => s.Kind == "parent"))
        {
            if (Of(submission.Id).OfType<ProcessEvent.Assigned>().FirstOrDefault() is { } began && Of($"{submission.Id}-parent").FirstOrDefault(e => e.To == ProcessStatus.Succeeded) is var parent && (parent is null || _places[parent] > _places[began]))
            {
                Add(submission.Id, $"I8: began at {began.At:O}, its parent succeeded at {parent?.At:O}");
            }
        }
    }

    // I9: counted from the events. Two nodes differ by a little in what they call now.
    private void CheckLimit()
    {
        var slack = TimeSpan.FromMilliseconds(50);
        var steps = new List<(DateTimeOffset At, int By, string Id)>();
        foreach (var submission in history.Submissions.Where(s => s.Kind == "limited"))
        {
            foreach (var e in Of(submission.Id))
            {
                if (e is ProcessEvent.Assigned)
                {
                    steps.Add((e.At + slack, 1, submission.Id));
                }
                else if (e.From == ProcessStatus.Running && e.To != ProcessStatus.Running)
                {
                    steps.Add((e.At, -1, submission.Id));
                }
            }
        }

        var running = 0;
        foreach (var (_, by, id) in steps.OrderBy(s => s.At).ThenBy(s => s.By))
        {
            running += by;
            if (running > Load.Limit)
            {
                Add(id, string.Create(CultureInfo.InvariantCulture, $"I9: {running} ran at once, {Load.Limit} may"));
            }
        }
    }

    // I10 and I12: counters, rows and events say the same.
    private async Task CheckRowsAsync(IStore store)
    {
        var counts = await store.Read.CountsAsync(null).ConfigureAwait(false);
        var byStatus = _events.Values.GroupBy(e => e[^1].To).ToDictionary(g => g.Key, g => (long)g.Count());
        foreach (var status in Enum.GetValues<ProcessStatus>())
        {
            var counted = counts.Where(c => c.Status == status).Sum(c => c.Count);
            if (counted != byStatus.GetValueOrDefault(status))
            {
                Add("-", $"I10: {counted} are counted as {status}, the events say {byStatus.GetValueOrDefault(status)}");
            }
        }

        foreach (var (id, events) in _events)
        {
            var row = await store.Read.FindAsync(new ProcessId(Ids.DefaultNamespace, id)).ConfigureAwait(false);
            if (row is null || row.Status != events[^1].To)
            {
                Add(id, $"I12: its row says {row?.Status}, its last event {events[^1].To}");
            }
        }
    }

    private void Add(string process, string broken) => _broken.Add((process, broken));
}
