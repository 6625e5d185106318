using System.Collections.Concurrent;
using CsCheck;
using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Processes;

/// <summary>What holds in every life, whatever happens in it. A failure prints the seed and the shortest story found.</summary>
public sealed class LifeProperties
{
    private const int Lives = 1_500;

    [Fact]
    public void Whatever_happens_the_state_is_sound_and_the_events_chain() => ForAll(life =>
    {
        // Life itself checks every step; here the whole.
        for (var i = 1; i < life.Events.Count; i++)
        {
            life.Events[i].From.ShouldBe(life.Events[i - 1].To);
        }

        var attempts = life.Events.OfType<ProcessEvent.Assigned>().Select(e => e.Attempt).ToList();
        attempts.ShouldBe(Enumerable.Range(1, attempts.Count));
    });

    [Fact]
    public void The_events_alone_give_the_same_state() => ForAll(life =>
    {
        // Heartbeats move the lease in memory only; a recovery gives it some time anyway.
        Life.DurableDifferences(life.Replayed(), life.State).ShouldBeEmpty();
    });

    [Fact]
    public void In_one_series_at_most_max_retries_plus_one_attempts_count() => ForAll(life =>
    {
        var counted = 0;
        foreach (var e in life.Events)
        {
            counted = e switch
            {
                ProcessEvent.Reopened => 0,
                ProcessEvent.AttemptEnded { Counted: true } => counted + 1,
                _ => counted,
            };
            if (life.Spec.Limits.MaxRetries >= 0)
            {
                counted.ShouldBeLessThanOrEqualTo(life.Spec.Limits.MaxRetries + 1);
            }
        }
    });

    [Fact]
    public void Every_assignment_is_ended_by_exactly_one_event_that_gives_its_places_back() => ForAll(life =>
    {
        ProcessEvent.Assigned? live = null;
        foreach (var e in life.Events)
        {
            switch (e)
            {
                case ProcessEvent.Assigned assigned:
                    live.ShouldBeNull();
                    live = assigned;
                    break;
                case ProcessEvent.AttemptEnded ended:
                    ended.Attempt.ShouldBe(live.ShouldNotBeNull().Attempt);
                    ended.Slots.ShouldBe(live.Slots);
                    live = null;
                    break;
                case ProcessEvent.Succeeded succeeded:
                    succeeded.Attempt.ShouldBe(live.ShouldNotBeNull().Attempt);
                    succeeded.Slots.ShouldBe(live.Slots);
                    live = null;
                    break;
                case ProcessEvent.Failed or ProcessEvent.Cancelled:
                    live.ShouldBeNull("an attempt ends before its process does");
                    break;
            }
        }

        (live is not null).ShouldBe(life.Status == ProcessStatus.Running);
    });

    [Fact]
    public void A_command_that_was_applied_changes_nothing_when_it_is_repeated() => ForAll(
        after: (life, _) =>
        {
            var state = life.State;
            // The state keeps the last 8 ids; a refused command changed nothing and is not kept.
            foreach (var command in life.Applied.Where(c => state.Commands.Contains(c.CommandId)))
            {
                var again = ProcessRules.Decide(state, command, new Moment(life.Now, 0));
                again.ShouldBeOfType<Decision.Stays>().State.ShouldBeSameAs(state);
                ((Decision.Stays)again).Repeated.ShouldBeTrue();
            }

            life.Applied.TakeLast(ProcessState.RememberedCommands).Select(c => c.CommandId).ShouldBeSubsetOf(state.Commands);
        });

    [Fact]
    public void What_names_another_than_the_live_attempt_changes_nothing() => ForAll(
        after: (life, _) =>
        {
            var live = life.Status == ProcessStatus.Running ? life.State.Attempt : -1;
            for (var attempt = 0; attempt <= life.State.Attempt + 1; attempt++)
            {
                if (attempt == live || life.Status == ProcessStatus.None)
                {
                    continue;
                }

                foreach (var command in OfAttempt(attempt))
                {
                    var decision = ProcessRules.Decide(life.State, command, new Moment(life.Now, 0));
                    decision.ShouldNotBeOfType<Decision.Happens>();
                    if (attempt != life.State.Attempt)
                    {
                        decision.ShouldBeOfType<Decision.Refused>().Problem.ShouldBe(Problem.Conflict);
                    }
                }
            }
        },
        lives: Lives / 3);

    [Fact]
    public void Before_its_next_deadline_time_does_nothing_and_at_it_something_always_happens() => ForAll(
        after: (life, _) =>
        {
            var due = Deadlines.Next(life.State);
            if (due is null)
            {
                ProcessRules.Tick(life.State, new Moment(life.Now.AddYears(100), 0)).ShouldBeOfType<Decision.Stays>();
                return;
            }

            if (life.Now < due)
            {
                ProcessRules.Tick(life.State, new Moment(due.Value.AddMilliseconds(-1), 0)).ShouldBeOfType<Decision.Stays>().State.ShouldBeSameAs(life.State);
            }

            ProcessRules.Tick(life.State, new Moment(due.Value, 0)).ShouldBeOfType<Decision.Happens>();
        });

    [Fact]
    public void Deadlines_are_what_the_story_says_they_are()
    {
        ForAll((spec, steps) =>
        {
            var told = new ToldTimes(spec.Limits);
            RandomLives.Play(spec, steps, after: (life, _) =>
            {
                told.Hear(life);
                Deadlines.Next(life.State).ShouldBe(told.Next(life.Status));
            });
        });
    }

    [Fact]
    public void Left_alone_with_time_every_process_ends_or_waits_for_somebody()
    {
        ForAll((spec, steps) =>
        {
            var life = RandomLives.Play(spec, steps);
            for (var i = 0; Deadlines.Next(life.State) is { } due; i++)
            {
                i.ShouldBeLessThan(100, "it goes round in circles");
                life.PassUntil(due);
                life.Tick().ShouldBeOfType<Decision.Happens>();
            }

            if (life.Status == ProcessStatus.Blocked)
            {
                life.State.ParentsDone.ShouldBeFalse();
                life.SeeParents(ProcessStatus.Succeeded, ProcessStatus.Succeeded).ShouldBeOfType<Decision.Happens>();
            }
        });
    }

    [Fact]
    public void Nothing_with_parents_runs_before_all_of_them_succeeded()
    {
        ForAll((spec, steps) =>
        {
            var seen = spec.After.IsEmpty;
            RandomLives.Play(spec, steps, after: (life, step) =>
            {
                // The story shows parents in one step only; what it showed is decided there.
                seen |= step.Kind == Step.Kinds.SeeParents && life.State.ParentsDone;
                if (life.Status is ProcessStatus.Waiting or ProcessStatus.Running)
                {
                    seen.ShouldBeTrue();
                }
            });
        });
    }

    [Fact]
    public void Nothing_starts_before_its_start_time() => ForAll(life =>
    {
        foreach (var assigned in life.Events.OfType<ProcessEvent.Assigned>())
        {
            assigned.At.ShouldBeGreaterThanOrEqualTo(life.Spec.Limits.NotBefore ?? DateTimeOffset.MinValue);
        }
    });

    [Fact]
    public void The_random_lives_reach_every_event_and_every_way_an_attempt_ends()
    {
        var events = new ConcurrentDictionary<string, int>();
        ForAll(life => life.Events.ForEach(e => events.AddOrUpdate($"{e.GetType().Name} {(e as ProcessEvent.AttemptEnded)?.Outcome}".Trim(), 1, (_, n) => n + 1)));
        string[] all =
        [
            .. typeof(ProcessEvent).GetNestedTypes().Select(t => t.Name).Where(n => n != nameof(ProcessEvent.AttemptEnded)),
            .. Enum.GetNames<AttemptOutcome>().Select(o => $"{nameof(ProcessEvent.AttemptEnded)} {o}"),
        ];
        all.Where(name => !events.ContainsKey(name)).ShouldBeEmpty();
    }

    private static ProcessCommand[] OfAttempt(int attempt)
    {
        var id = new ProcessId("default", "p");
        return
        [
            new ProcessCommand.Heartbeat { Process = id, CommandId = "fresh", Attempt = attempt },
            new ProcessCommand.Progress { Process = id, CommandId = "fresh", Attempt = attempt },
            new ProcessCommand.AppendLog { Process = id, CommandId = "fresh", Attempt = attempt, Lines = [] },
            new ProcessCommand.Complete { Process = id, CommandId = "fresh", Attempt = attempt, ResultHash = "h" },
            new ProcessCommand.Fail { Process = id, CommandId = "fresh", Attempt = attempt, Error = "e" },
            new ProcessCommand.Release { Process = id, CommandId = "fresh", Attempt = attempt },
            new ProcessCommand.WorkerLost { Process = id, CommandId = "fresh", Attempt = attempt },
        ];
    }

    private static void ForAll(Action<Life> check) => ForAll((spec, steps) => check(RandomLives.Play(spec, steps)));

    private static void ForAll(Action<Life, Step> after, int lives = Lives) => ForAll((spec, steps) => RandomLives.Play(spec, steps, after: after), lives);

    private static void ForAll(Action<ProcessSpec, Step[]> check, int lives = Lives) =>
        RandomLives.Story.Sample(s => check(s.Spec, s.Steps), iter: lives, print: RandomLives.Print);
}
