using System.Text.Json;
using Muster.Messages.Schedules;

namespace Muster.Messages.Generators;

/// <summary>How many arguments make a run, and what is run with them.</summary>
public sealed record GeneratorSpec
{
    /// <summary>The label that work carries which a generator has fired; its value is the id of the generator.</summary>
    public const string Label = "muster.generator";

    /// <summary>How many arguments make a run.</summary>
    public required int Count { get; init; }

    /// <summary>Fewer make a run when this has passed since the first of them was packed, or since the last run when that is later; null: they wait.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What is run: the arguments take the place of those of its process, or of the processes of its workflow that depend on no other.</summary>
    public required WorkTemplate Work { get; init; }

    /// <summary>What a dialect keeps for its own clients; the engine does not look into it.</summary>
    public JsonElement? Extra { get; init; }
}
