using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Muster.Messages.Serialization;

namespace Muster.Messages.Processes;

/// <summary>All that decides which executor can take a waiting process now. Processes with equal requirements form a lane of their queue.</summary>
public sealed record Requirements
{
    /// <summary>The function; an executor may offer only some.</summary>
    public string? Func { get; init; }

    /// <summary>The runtime that must be present.</summary>
    public string? Runtime { get; init; }

    /// <summary>Who may take it.</summary>
    public Conditions Conditions { get; init; } = new();

    /// <summary>The key that limits how many run at once.</summary>
    public string? ConcurrencyKey { get; init; }

    /// <summary>How many with that key may run at once.</summary>
    public int ConcurrencyMax { get; init; }

    /// <summary>The requirements of a spec.</summary>
    public static Requirements Of(ProcessSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new Requirements
        {
            Func = spec.Func.Length == 0 ? null : spec.Func,
            Runtime = spec.Runtime,
            Conditions = spec.Conditions,
            ConcurrencyKey = spec.Concurrency?.Key,
            ConcurrencyMax = spec.Concurrency?.Max ?? 0,
        };
    }

    /// <summary>A short text that is equal for equal requirements: 96 bits of a hash over their JSON.</summary>
    public string Lane()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, MessagesJson.Default.Requirements);
        return Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 12));
    }

    /// <summary>Whether an executor can take such a process, limits aside.</summary>
    public bool CanBeTakenBy(Capability capability)
    {
        ArgumentNullException.ThrowIfNull(capability);
        if (Runtime is null ? capability.NamedRuntimeOnly : !capability.Runtimes.Contains(Runtime))
        {
            return false;
        }

        if (!capability.Functions.IsEmpty && (Func is null || !capability.Functions.Contains(Func)))
        {
            return false;
        }

        return Meets(Conditions, capability);
    }

    private static bool Meets(Conditions conditions, Capability capability)
    {
        if (!conditions.Executors.IsEmpty && !conditions.Executors.Contains(capability.Executor))
        {
            return false;
        }

        if (!conditions.Types.IsEmpty && !conditions.Types.Any(t => capability.Types.Contains(t)))
        {
            return false;
        }

        if (conditions.Location is not null && conditions.Location != capability.Location)
        {
            return false;
        }

        return conditions.Labels.All(l => capability.Labels.TryGetValue(l.Key, out var value) && value == l.Value)
            && conditions.Resources.All(r => capability.Resources.TryGetValue(r.Key, out var amount) && amount >= r.Value);
    }
}
