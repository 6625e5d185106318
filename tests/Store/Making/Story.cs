using System.Collections.Immutable;
using System.Text.Json;
using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Serialization;
using Muster.Persistence.Journal;

namespace Muster.Tests.Store.Making;

/// <summary>One process and what happens to it, by the rules of the engine. It only makes the appends; who tells it hands them to a store.</summary>
public sealed class Story(ProcessId id)
{
    private readonly List<ProcessEvent> _events = [];
    private int _commands;

    /// <summary>The process.</summary>
    public ProcessId Id => id;

    /// <summary>Its name in the journal.</summary>
    public string PersistenceId { get; } = PersistenceIds.Of(id);

    /// <summary>What it is now.</summary>
    public ProcessState State { get; private set; } = ProcessState.Empty;

    /// <summary>All that happened, in order; the sequence number is the place from 1.</summary>
    public IReadOnlyList<ProcessEvent> Events => _events;

    /// <summary>The instance of the entity that writes.</summary>
    public string Writer { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>It is submitted.</summary>
    public JournalAppend Submit(DateTimeOffset at, ProcessSpec? spec = null, string? by = null) => Must(
        new ProcessCommand.Submit { Process = id, CommandId = Command(), By = by, Spec = spec ?? Specs.Plain(), Fingerprint = "f" }, at);

    /// <summary>An executor gets it.</summary>
    public JournalAppend Assign(DateTimeOffset at, string executor = "worker", string? demand = null, params ImmutableArray<SlotClaim> slots) => Must(
        new ProcessCommand.Offer { Process = id, CommandId = Command(), Demand = demand ?? $"demand-of-{executor}", Executor = executor, Requester = default, Slots = slots }, at);

    /// <summary>Its attempt completes it.</summary>
    public JournalAppend Complete(DateTimeOffset at, string? result = null) => Must(
        new ProcessCommand.Complete
        {
            Process = id,
            CommandId = Command(),
            Attempt = State.Attempt,
            Result = result is null ? null : JsonElement.Parse(result),
            ResultHash = "r",
        }, at);

    /// <summary>Its attempt fails.</summary>
    public JournalAppend Fail(DateTimeOffset at, string error = "It broke.", bool retryable = true, string? result = null) => Must(
        new ProcessCommand.Fail { Process = id, CommandId = Command(), Attempt = State.Attempt, Error = error, Retryable = retryable, Result = result is null ? null : JsonElement.Parse(result) }, at);

    /// <summary>Its attempt gives it back.</summary>
    public JournalAppend Release(DateTimeOffset at) => Must(
        new ProcessCommand.Release { Process = id, CommandId = Command(), Attempt = State.Attempt, Reason = "Drained." }, at);

    /// <summary>Somebody cancels it.</summary>
    public JournalAppend Cancel(DateTimeOffset at) => Must(new ProcessCommand.Cancel { Process = id, CommandId = Command(), Reason = "Not needed." }, at);

    /// <summary>Somebody retries it.</summary>
    public JournalAppend Retry(DateTimeOffset at) => Must(new ProcessCommand.Retry { Process = id, CommandId = Command(), Reason = "Once more." }, at);

    /// <summary>It gets one more parent.</summary>
    public JournalAppend AddParent(DateTimeOffset at, string parent) => Must(new ProcessCommand.AddParent { Process = id, CommandId = Command(), Parent = parent }, at);

    /// <summary>Somebody moves it.</summary>
    public JournalAppend SetPriority(DateTimeOffset at, int priority) => Must(
        new ProcessCommand.SetPriority { Process = id, CommandId = Command(), Priority = priority }, at);

    /// <summary>Somebody attaches values.</summary>
    public JournalAppend SetAttributes(DateTimeOffset at, params (string Name, string? Value)[] values) => Must(
        new ProcessCommand.SetAttributes { Process = id, CommandId = Command(), Attributes = values.ToImmutableSortedDictionary(v => v.Name, v => v.Value) }, at);

    /// <summary>Time passes.</summary>
    public JournalAppend? Tick(DateTimeOffset at) => Take(ProcessRules.Tick(State, new Moment(at, 0)));

    /// <summary>It sees its parents.</summary>
    public JournalAppend? SeeParents(DateTimeOffset at, params (string Id, ProcessStatus Status)[] parents) =>
        Take(ProcessRules.SeeParents(State, parents, new Moment(at, 0)));

    /// <summary>The last append was rejected: it has not happened.</summary>
    public void Undo(JournalAppend append)
    {
        _events.RemoveRange(_events.Count - append.Events.Count, append.Events.Count);
        State = _events.Aggregate(ProcessState.Empty, Evolution.Evolve);
    }

    /// <summary>Makes an append of events as they come, whatever the rules say.</summary>
    public JournalAppend Append(params IReadOnlyList<ProcessEvent> events)
    {
        var first = _events.Count + 1;
        foreach (var e in events)
        {
            State = Evolution.Evolve(State, e);
            _events.Add(e);
        }

        return Appends.Of(PersistenceId, first, Writer, [.. events]);
    }

    private string Command() => $"{Writer}-{id.Id}-{++_commands}";

    private JournalAppend Must(ProcessCommand command, DateTimeOffset at) =>
        Take(ProcessRules.Decide(State, command, new Moment(at, 0))) ?? throw new InvalidOperationException($"{command} changes nothing in {State.Status}.");

    private JournalAppend? Take(Decision decision) => decision switch
    {
        Decision.Happens happens => Append(happens.Events),
        Decision.Stays stays => Stay(stays.State),
        _ => throw new InvalidOperationException(decision.ToString()),
    };

    private JournalAppend? Stay(ProcessState state)
    {
        State = state;
        return null;
    }
}
