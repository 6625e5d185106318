using System.Text.Json;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>The members that requests are made of. A message has some of them; the others stay empty.</summary>
internal static class Requests
{
    /// <summary>A message that names a colony, and something in it.</summary>
    internal sealed record OfColony
    {
        public string ColonyName { get; init; } = "";

        public string ColonyId { get; init; } = "";

        public string ServerId { get; init; } = "";

        public string UserId { get; init; } = "";

        public string ExecutorId { get; init; } = "";

        public string ExecutorName { get; init; } = "";

        public string Name { get; init; } = "";

        public JsonElement? Capabilities { get; init; }

        public JsonElement? Allocations { get; init; }
    }

    /// <summary>A colony to make.</summary>
    internal sealed record AddColony(ColonyWire? Colony);

    /// <summary>A user to make.</summary>
    internal sealed record AddUser(UserWire? User);

    /// <summary>An executor to make.</summary>
    internal sealed record AddExecutor(ExecutorWire? Executor);

    /// <summary>A function to offer.</summary>
    internal sealed record AddFunction(FunctionWire? Fun);

    /// <summary>A message that names a function.</summary>
    internal sealed record OfFunction(string FunctionId = "");

    /// <summary>A location to make.</summary>
    internal sealed record AddLocation(LocationWire? Location);

    /// <summary>A process to make.</summary>
    internal sealed record Submit(FunctionSpecWire? Spec);

    /// <summary>A question for work.</summary>
    internal sealed record Assign
    {
        public string ColonyName { get; init; } = "";

        /// <summary>Seconds to wait; none when negative.</summary>
        public int Timeout { get; init; }

        /// <summary>Of old clients: the process that would come last.</summary>
        public bool Latest { get; init; }

        public string AvailableCpu { get; init; } = "";

        public string AvailableMem { get; init; } = "";
    }

    /// <summary>A message that names a process.</summary>
    internal sealed record OfProcess
    {
        public string ProcessId { get; init; } = "";

        public IReadOnlyList<JsonElement>? Out { get; init; }

        public IReadOnlyList<string>? Errors { get; init; }
    }

    /// <summary>A list of processes.</summary>
    internal sealed record ListProcesses
    {
        public string ColonyName { get; init; } = "";

        public int Count { get; init; }

        public int State { get; init; }

        public string ExecutorType { get; init; } = "";

        public string Label { get; init; } = "";

        public string Initiator { get; init; } = "";

        public string ProcessGraphId { get; init; } = "";

        public string ExecutorId { get; init; } = "";

        public long Seconds { get; init; }
    }

    /// <summary>A value to attach.</summary>
    internal sealed record AddAttribute(AttributeWire? Attribute);

    /// <summary>A message that names an attached value.</summary>
    internal sealed record OfAttribute(string AttributeId = "");
}
