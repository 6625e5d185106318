using System.Reflection;
using System.Text.Json;
using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Shouldly;

namespace Muster.Tests.Unit.Processes;

/// <summary>One process under the rules alone: does what the actor does with a decision, and checks after every step what must always hold.</summary>
internal sealed class Life
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly ProcessId Id = new("default", "p");
    private readonly Limits _limits;
    private int _commands;

    public Life(Limits? limits = null, bool parents = false)
        : this(new ProcessSpec { Queue = "q", Limits = limits ?? new Limits(), After = parents ? ["a", "b"] : [] })
    {
    }

    public Life(ProcessSpec spec)
    {
        Spec = spec;
        _limits = spec.Limits;
    }

    public ProcessSpec Spec { get; }

    public ProcessState State { get; private set; } = ProcessState.Empty;

    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>Decides the jitter.</summary>
    public double Chance { get; set; }

    public List<ProcessEvent> Events { get; } = [];

    public List<ProcessCommand> Applied { get; } = [];

    public ProcessStatus Status => State.Status;

    public static Life Waiting(Limits? limits = null)
    {
        var life = new Life(limits);
        life.Submit();
        life.Status.ShouldBe(ProcessStatus.Waiting);
        return life;
    }

    public static Life Running(Limits? limits = null)
    {
        var life = Waiting(limits);
        life.Offer();
        life.Status.ShouldBe(ProcessStatus.Running);
        return life;
    }

    public void Pass(TimeSpan time) => Now += time;

    public void Pass(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    public void PassUntil(DateTimeOffset time) => Now = time > Now ? time : Now;

    public Decision Submit(string fingerprint = "f", string? id = null) => Do(new ProcessCommand.Submit { Process = Id, CommandId = NewId(id), Spec = Spec, Fingerprint = fingerprint });

    public Decision Offer(string demand = "d", params SlotClaim[] slots) => Do(new ProcessCommand.Offer
    {
        Process = Id,
        CommandId = NewId(null),
        Demand = demand,
        Executor = "x",
        Requester = new ActorRef(Akka.Actor.ActorRefs.Nobody),
        Slots = [.. slots],
    });

    public Decision Heartbeat(int? attempt = null) => Do(new ProcessCommand.Heartbeat { Process = Id, CommandId = NewId(null), Attempt = attempt ?? State.Attempt });

    public Decision Progress(int? attempt = null) => Do(new ProcessCommand.Progress { Process = Id, CommandId = NewId(null), Attempt = attempt ?? State.Attempt, Fraction = 0.5 });

    public Decision Log(int? attempt = null) =>
        Do(new ProcessCommand.AppendLog { Process = Id, CommandId = NewId(null), Attempt = attempt ?? State.Attempt, Lines = [new LogLine(1, Now, "stdout", "hello")] });

    public Decision Complete(int? attempt = null, string hash = "h", string? id = null) => Do(new ProcessCommand.Complete
    {
        Process = Id,
        CommandId = NewId(id),
        Attempt = attempt ?? State.Attempt,
        Result = JsonElement.Parse("1"),
        ResultHash = hash,
    });

    public Decision Fail(int? attempt = null, bool retryable = true, string error = "It broke.", string? id = null) => Do(new ProcessCommand.Fail
    {
        Process = Id,
        CommandId = NewId(id),
        Attempt = attempt ?? State.Attempt,
        Error = error,
        Retryable = retryable,
    });

    public Decision Release(int? attempt = null, bool undelivered = false) =>
        Do(new ProcessCommand.Release { Process = Id, CommandId = NewId(null), Attempt = attempt ?? State.Attempt, Reason = "Drained.", Undelivered = undelivered });

    public Decision WorkerLost(int? attempt = null) => Do(new ProcessCommand.WorkerLost { Process = Id, CommandId = NewId(null), Attempt = attempt ?? State.Attempt });

    public Decision Cancel(string? reason = null, string? id = null) => Do(new ProcessCommand.Cancel { Process = Id, CommandId = NewId(id), Reason = reason, By = "ada" });

    public Decision Reject() => Do(new ProcessCommand.Reject { Process = Id, CommandId = NewId(null), Reason = "The key is taken." });

    public Decision Abort(string? cause = null) => Do(new ProcessCommand.Abort { Process = Id, CommandId = NewId(null), Reason = "Another failed.", Cause = cause });

    public Decision AddParent(string parent, string? id = null) => Do(new ProcessCommand.AddParent { Process = Id, CommandId = NewId(id), Parent = parent });

    public Decision Retry(string? parent = null, string? id = null) => Do(new ProcessCommand.Retry { Process = Id, CommandId = NewId(id), Reason = "Again.", Parent = parent });

    public Decision SetPriority(int priority, string? id = null) => Do(new ProcessCommand.SetPriority { Process = Id, CommandId = NewId(id), Priority = priority });

    public Decision SetAttributes(string name, string? value) => Do(new ProcessCommand.SetAttributes
    {
        Process = Id,
        CommandId = NewId(null),
        Attributes = new Dictionary<string, string?> { [name] = value }.ToImmutableSortedDictionary(StringComparer.Ordinal),
    });

    public Decision Do(ProcessCommand command)
    {
        var decision = Take(ProcessRules.Decide(State, command, new Moment(Now, Chance)));
        if (decision is Decision.Happens happens && happens.Events[^1].CommandId == command.CommandId)
        {
            Applied.Add(command);
        }

        return decision;
    }

    public Decision Tick() => Take(ProcessRules.Tick(State, new Moment(Now, Chance)));

    public Decision SeeParents(params ProcessStatus[] parents) =>
        Take(ProcessRules.SeeParents(
            State,
            [.. parents.Select((s, i) => (((char)('a' + i)).ToString(), s)), .. State.NewParents.Select(p => (p, ProcessStatus.Succeeded))],
            new Moment(Now, Chance)));

    /// <summary>What a recovery makes of the events: the state from them alone.</summary>
    public ProcessState Replayed() => Events.Aggregate(ProcessState.Empty, Evolution.Evolve);

    private string NewId(string? given) => given ?? $"c{++_commands}";

    private Decision Take(Decision decision)
    {
        var before = State;
        switch (decision)
        {
            case Decision.Happens happens:
                happens.Events.ShouldNotBeEmpty();
                foreach (var e in happens.Events)
                {
                    Happened(e);
                }

                break;
            case Decision.Stays stays:
                // Without an event only the lease may move: anything else would be forgotten by a recovery.
                State = stays.State;
                DurableDifferences(State, before).ShouldBeEmpty();
                break;
        }

        Invariants.Hold(State, _limits, Now);
        return decision;
    }

    private void Happened(ProcessEvent e)
    {
        var before = State;
        State = Evolution.Evolve(State, e);
        Events.Add(e);

        e.At.ShouldBe(Now);
        e.From.ShouldBe(before.Status);
        e.To.ShouldBe(State.Status);
        e.Queue.ShouldBe(Spec.Queue);
        e.NextDeadline.ShouldBe(Deadlines.Next(State), $"{e.GetType().Name} says another deadline than the state after it");
        if (before.Status.IsFinal() && e.To != before.Status)
        {
            e.ShouldBeOfType<ProcessEvent.Reopened>("only a reopening leaves a final state");
        }

        if (e is ProcessEvent.Assigned assigned)
        {
            before.Status.ShouldBe(ProcessStatus.Waiting, "only a waiting process is assigned: at most one attempt is live");
            assigned.Attempt.ShouldBe(before.Attempt + 1);
        }
        else
        {
            State.Attempt.ShouldBe(before.Attempt, "only an assignment makes a new attempt");
        }
    }

    /// <summary>The names of what differs; records compare arrays by reference.</summary>
    public static IReadOnlyList<string> DurableDifferences(ProcessState a, ProcessState b) => ReferenceEquals(a, b)
        ? []
        : [.. typeof(ProcessState).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.Name is not (nameof(ProcessState.LeaseUntil) or nameof(ProcessState.Heard)) && JsonSerializer.Serialize(p.GetValue(a)) != JsonSerializer.Serialize(p.GetValue(b)))
            .Select(p => p.Name)];
}
