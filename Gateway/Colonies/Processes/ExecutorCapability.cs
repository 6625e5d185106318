using System.Collections.Immutable;
using Muster.Gateway.Colonies.Members;
using Muster.Messages.Processes;

namespace Muster.Gateway.Colonies.Processes;

/// <summary>What an executor is and has, in the words of the engine.</summary>
internal static class ExecutorCapability
{
    /// <summary>It takes everything of its type, at its place, as far as what it has goes.</summary>
    /// <param name="executor">The executor.</param>
    /// <param name="cpu">The processors that are free, in thousandths; null for any amount.</param>
    /// <param name="memory">The memory that is free, in bytes; null for any amount.</param>
    public static Capability Of(ColonyExecutor executor, long? cpu = null, double? memory = null) => new()
    {
        Executor = executor.Name,
        Types = [executor.Type],
        Location = executor.Location.Length == 0 ? null : executor.Location.ToLowerInvariant(),
        Resources = ImmutableSortedDictionary<string, double>.Empty
            .Add(SpecTranslation.CpuResource, cpu ?? double.MaxValue)
            .Add(SpecTranslation.MemoryResource, memory ?? double.MaxValue),
    };
}
