using System.Collections.Immutable;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.Journal;

namespace Muster.Tests.Store.Making;

/// <summary>Processes to which everything happens that can happen, by a seed: the same seed tells the same stories.</summary>
public sealed class RandomLife(int seed, DateTimeOffset start)
{
    private static readonly string[] Namespaces = ["default", "other"];
    private static readonly string[] Queues = ["default", "render", "mail"];
    private static readonly string[] Words = ["a", "b", "", "ünï\"\\'\n日本"];

    private readonly Random _random = new(seed);
    private readonly List<Story> _stories = [];
    private readonly Dictionary<(string, string, string), HashSet<int>> _slots = [];
    private readonly List<(HashSet<int> Taken, int Slot)> _given = [];
    private long _steps;

    /// <summary>All processes that exist.</summary>
    public IReadOnlyList<Story> Stories => _stories;

    /// <summary>The time of the last thing that happened.</summary>
    public DateTimeOffset Now => start.AddMilliseconds(_steps * 10);

    /// <summary>Things that happen to different processes, so that they may be written at once.</summary>
    public IReadOnlyList<JournalAppend> Wave(int width)
    {
        // A slot is offered to the next only after it was given back for sure.
        _given.ForEach(g => g.Taken.Remove(g.Slot));
        _given.Clear();
        var appends = new List<JournalAppend>(width);
        foreach (var story in _stories.OrderBy(_ => _random.Next()).Take(width / 2).ToList())
        {
            if (Next(story) is { } append)
            {
                appends.Add(append);
            }
        }

        while (appends.Count < width)
        {
            appends.Add(Born());
        }

        return appends;
    }

    private JournalAppend Born()
    {
        var story = new Story(new ProcessId(Pick(Namespaces), $"p{_stories.Count:00000}")) { Writer = $"writer-{seed}-{_stories.Count}" };
        var parents = _stories.Where(s => s.Id.Namespace == story.Id.Namespace && Chance(0.01)).Select(s => s.Id.Id).Take(3).ToImmutableArray();
        _stories.Add(story);
        return story.Submit(Step(), new ProcessSpec
        {
            Queue = Pick(Queues),
            Name = Chance(0.5) ? $"name {_random.Next(4)}" : null,
            Func = $"func{_random.Next(3)}",
            Runtime = Chance(0.2) ? "exec" : null,
            Priority = _random.Next(-2, 3),
            After = parents,
            Workflow = Chance(0.2) ? $"flow{_random.Next(3)}" : null,
            Labels = Labels(),
            Input = Chance(0.3) ? JsonElement.Parse($"{{\"n\":{_random.Next()}}}") : null,
            Concurrency = Chance(0.2) ? new ConcurrencyRule { Key = $"key{_random.Next(2)}", Max = 2 } : null,
            Webhook = Chance(0.2) ? new Webhook { Url = "http://localhost/hook" } : null,
            Limits = new Limits
            {
                MaxWait = Chance(0.3) ? TimeSpan.FromMilliseconds(_random.Next(1, 5_000)) : null,
                MaxExec = Chance(0.3) ? TimeSpan.FromMilliseconds(_random.Next(1, 5_000)) : null,
                NotBefore = Chance(0.1) ? Now.AddMilliseconds(_random.Next(3_000)) : null,
                Deadline = Chance(0.1) ? Now.AddMilliseconds(_random.Next(20_000)) : null,
                Lease = Chance(0.5) ? TimeSpan.FromSeconds(60) : TimeSpan.Zero,
                MaxRetries = _random.Next(3),
                Retry = new RetryPolicy { Delay = TimeSpan.FromMilliseconds(_random.Next(3) * 50) },
            },
        }, Chance(0.5) ? "somebody" : null);
    }

    private JournalAppend? Next(Story story)
    {
        var at = Step();
        var before = story.State;
        var append = story.Tick(at) ?? Chosen(story, at);
        if (before.Status == ProcessStatus.Running && story.State.Status != ProcessStatus.Running)
        {
            foreach (var slot in before.Slots)
            {
                _given.Add((Taken(story, slot.Key), slot.Slot));
            }
        }

        return append;
    }

    private JournalAppend? Chosen(Story story, DateTimeOffset at)
    {
        if (Chance(0.05))
        {
            return story.SetAttributes(at, ($"x{_random.Next(3)}", Chance(0.3) ? null : Pick(Words)), ("y", Pick(Words)));
        }

        if (!story.State.Status.IsFinal() && Chance(0.05))
        {
            return Chance(0.5) || story.State.Priority == 7 ? story.Cancel(at) : story.SetPriority(at, 7);
        }

        return story.State.Status switch
        {
            ProcessStatus.Blocked when !story.State.ParentsDone && Chance(0.3) => story.AddParent(at, _stories[0].Id.Id),
            ProcessStatus.Blocked => story.SeeParents(at, Parents(story)),
            ProcessStatus.Waiting => story.Assign(at, $"worker{_random.Next(4)}", $"demand{_random.Next(4)}", Slots(story)),
            ProcessStatus.Running => _random.Next(4) switch
            {
                0 => story.Fail(at, Pick(Words), Chance(0.8)),
                1 => story.Release(at),
                _ => story.Complete(at, Chance(0.6) ? $"{{\"text\":\"{_random.Next()}\"}}" : null),
            },
            // One that is past its deadline cannot be retried.
            _ => Chance(0.1) && !(story.State.Limits.Deadline <= at) ? story.Retry(at) : null,
        };
    }

    private (string, ProcessStatus)[] Parents(Story story) =>
    [
        .. _stories.Where(s => s.Id.Namespace == story.Id.Namespace && ((ProcessEvent.Submitted)story.Events[0]).Spec.After.Contains(s.Id.Id))
            .Select(s => (s.Id.Id, s.State.Status)),
        .. story.State.NewParents.Select(p => (p, ProcessStatus.Succeeded)),
    ];

    private ImmutableArray<SlotClaim> Slots(Story story)
    {
        if (story.State.Requirements.ConcurrencyKey is not { } key)
        {
            return [];
        }

        var taken = Taken(story, key);
        var free = Enumerable.Range(1, 1_000).First(n => !taken.Contains(n));
        taken.Add(free);
        return [new SlotClaim(key, free)];
    }

    private HashSet<int> Taken(Story story, string key)
    {
        var place = (story.Id.Namespace, story.State.Queue, key);
        if (!_slots.TryGetValue(place, out var taken))
        {
            _slots.Add(place, taken = []);
        }

        return taken;
    }

    private ImmutableSortedDictionary<string, string> Labels()
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty;
        while (Chance(0.4))
        {
            labels = labels.SetItem($"label{_random.Next(3)}", Pick(Words));
        }

        return labels;
    }

    private DateTimeOffset Step() => start.AddMilliseconds(++_steps * 10);

    private bool Chance(double share) => _random.NextDouble() < share;

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
}
