using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Gateway.Colonies.Processes;

/// <summary>What clients submit, in the words of the engine and back. Pure.</summary>
internal static class SpecTranslation
{
    /// <summary>The label under which a client's own label stands.</summary>
    public const string Label = "colonies.label";

    /// <summary>The amount of processors, in thousandths, in conditions.</summary>
    public const string CpuResource = "colonies.cpu";

    /// <summary>The amount of memory, in bytes, in conditions.</summary>
    public const string MemoryResource = "colonies.mem";

    private const int HighestPriority = 50_000;

    // Counts of machines and processes above this can be given to nobody.
    private const int MostProcesses = 127;

    /// <summary>The spec of a process.</summary>
    /// <param name="wire">What the client says.</param>
    /// <exception cref="ColoniesException">Something in it is wrong.</exception>
    public static ProcessSpec ToSpec(FunctionSpecWire wire)
    {
        if (wire.Priority is < -HighestPriority or > HighestPriority)
        {
            throw new ColoniesException(400, $"The priority {wire.Priority} is not between {-HighestPriority} and {HighestPriority}.");
        }

        Sizes.Name(wire.NodeName, "nodename");
        Sizes.Name(wire.FuncName, "funcname", Sizes.Functions);
        Sizes.Name(wire.Label, "label");
        Sizes.Name(wire.Conditions?.LocationName ?? "", "locationname");
        if (wire.Conditions?.ExecutorNames is { Count: > Sizes.Executors } names)
        {
            throw new ColoniesException(400, $"'executornames' has {names.Count} entries; at most {Sizes.Executors} are taken.");
        }

        NeedList(wire.Fs?.Snapshots, "fs.snapshots");
        NeedList(wire.Fs?.Dirs, "fs.dirs");
        Sizes.Need(JsonSerializer.SerializeToUtf8Bytes(wire, ColoniesJson.Options).Length, Sizes.Work, "spec");
        var conditions = Normal(wire.Conditions ?? new ConditionsWire());
        var kept = wire with { Args = null, Kwargs = null, Env = null, Fs = wire.Fs, Conditions = conditions, Channels = wire.Channels is { Count: > 0 } ? wire.Channels : null };
        return new ProcessSpec
        {
            Queue = QueueOf(conditions.ExecutorType),
            Name = wire.NodeName.Length == 0 ? null : wire.NodeName,
            Func = wire.FuncName,
            Args = [.. wire.Args ?? []],
            Kwargs = (wire.Kwargs ?? ImmutableDictionary<string, JsonElement>.Empty).ToImmutableSortedDictionary(StringComparer.Ordinal),
            Env = (wire.Env ?? ImmutableDictionary<string, string>.Empty).ToImmutableSortedDictionary(StringComparer.Ordinal),
            // Of what was said: what is read back is rounded down.
            Conditions = ToConditions(conditions with { Cpu = wire.Conditions?.Cpu ?? "", Mem = wire.Conditions?.Mem ?? "" }),
            Limits = new Limits
            {
                MaxWait = wire.MaxWaitTime > 0 ? TimeSpan.FromSeconds(wire.MaxWaitTime) : null,
                WaitFrom = WaitFrom.Return,
                MaxExec = wire.MaxExecTime > 0 ? TimeSpan.FromSeconds(wire.MaxExecTime) : null,
                // Its executors say nothing while they work.
                Lease = TimeSpan.Zero,
                MaxRetries = wire.MaxRetries < 0 ? -1 : wire.MaxRetries,
                Retry = new RetryPolicy { Kind = RetryKind.Fixed, Delay = TimeSpan.Zero, Cap = TimeSpan.Zero },
            },
            // A step of priority is worth a day of waiting, and a process that comes back keeps its place.
            HeadStart = TimeSpan.FromDays(wire.Priority).TotalSeconds,
            Labels = wire.Label.Length == 0 ? ImmutableSortedDictionary<string, string>.Empty : ImmutableSortedDictionary<string, string>.Empty.Add(Label, wire.Label),
            Channels = [.. wire.Channels ?? []],
            Extra = ColoniesJson.Element(kept),
        };
    }

    /// <summary>What clients read back.</summary>
    /// <param name="spec">The spec; it may have come another way.</param>
    /// <param name="colony">The colony of the process.</param>
    public static FunctionSpecWire ToWire(ProcessSpec spec, string colony)
    {
        var kept = spec.Extra is { ValueKind: JsonValueKind.Object } extra && extra.TryGetProperty("funcname", out _)
            ? ColoniesJson.Of<FunctionSpecWire>(extra)
            : new FunctionSpecWire
            {
                NodeName = spec.Name ?? "",
                FuncName = spec.Func,
                Priority = spec.Priority,
                MaxWaitTime = (int)(spec.Limits.MaxWait?.TotalSeconds ?? -1),
                MaxExecTime = (int)(spec.Limits.MaxExec?.TotalSeconds ?? -1),
                MaxRetries = spec.Limits.MaxRetries,
                Conditions = Normal(new ConditionsWire { ColonyName = colony, ExecutorType = spec.Queue, ExecutorNames = [.. spec.Conditions.Executors], LocationName = spec.Conditions.Location }),
                Label = spec.Labels.GetValueOrDefault(Label, ""),
            };
        return kept with { Args = spec.Args, Kwargs = spec.Kwargs, Env = spec.Env, Fs = kept.Fs ?? new FileSystemWire() };
    }

    /// <summary>The queue of an executor type.</summary>
    /// <exception cref="ColoniesException">It can be no name of a queue.</exception>
    public static string QueueOf(string executorType) => executorType.Length == 0 ? "_" : Ids.IsValid(executorType)
        ? executorType
        : throw new ColoniesException(400, $"The executor type '{executorType}' is not made of 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ -");

    /// <summary>A new id: it begins with the time, so that neighbours in time are neighbours in the store.</summary>
    public static string NewId(DateTimeOffset now) => $"{Guid.CreateVersion7(now):N}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";

    private static void NeedList(JsonElement? value, string field)
    {
        if (value is { ValueKind: not (JsonValueKind.Array or JsonValueKind.Null) })
        {
            throw new ColoniesException(400, $"'{field}' is a list.");
        }
    }

    private static ConditionsWire Normal(ConditionsWire wire) => wire with
    {
        ExecutorNames = wire.ExecutorNames is ["*"] ? [] : wire.ExecutorNames,
        LocationName = wire.LocationName is { Length: > 0 } ? wire.LocationName : null,
        Dependencies = wire.Dependencies ?? [],
        Cpu = Units.CpuText(Units.Cpu(wire.Cpu)),
        Mem = Units.MemoryText(Units.Bytes(wire.Mem)),
        Storage = Units.MemoryText(Units.Bytes(wire.Storage)),
        Gpu = new GpuWire { Name = wire.Gpu?.Name ?? "", Mem = Units.MemoryText(Units.Bytes(wire.Gpu?.Mem ?? "")), Count = wire.Gpu?.Count ?? 0 },
    };

    private static Conditions ToConditions(ConditionsWire wire)
    {
        var resources = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        if (Units.Cpu(wire.Cpu) is > 0 and var cpu)
        {
            resources[CpuResource] = cpu;
        }

        if (Units.Bytes(wire.Mem) is > 0 and var memory)
        {
            resources[MemoryResource] = memory;
        }

        // No executor has as many: it waits until its limit.
        if (wire.Nodes > MostProcesses || wire.Processes > MostProcesses || wire.ProcessesPerNode > MostProcesses)
        {
            resources["colonies.processes"] = Math.Max(wire.Nodes, Math.Max(wire.Processes, wire.ProcessesPerNode));
        }

        return new Conditions
        {
            Executors = [.. (wire.ExecutorNames ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Location = wire.LocationName?.ToLowerInvariant(),
            Resources = resources.ToImmutable(),
        };
    }
}
