namespace Muster.Runtime.Instances;

/// <summary>What an instance may use. Absent does not limit.</summary>
public sealed record InstanceLimits
{
    private const long LeastMemory = 16 * 1024 * 1024;
    private const int LeastFiles = 16;

    /// <summary>Memory, in bytes, at least 16 MiB. Of the whole instance where the node may make control groups, else of each of its processes (<c>RLIMIT_DATA</c>).</summary>
    public long? Memory { get; init; }

    /// <summary>Processors, 0.05 for a twentieth of one. Needs control groups; without them the status says that it is not enforced.</summary>
    public double? Cpu { get; init; }

    /// <summary>Open files of each of its processes, at least 16.</summary>
    public int? OpenFiles { get; init; }

    internal IEnumerable<string> Problems()
    {
        if (Memory < LeastMemory)
        {
            yield return $"limits.memory: {Memory} bytes is less than {LeastMemory}.";
        }

        if (Cpu is { } cpu && !(cpu is >= 0.05 and <= 1024))
        {
            yield return $"limits.cpu: {cpu} is not between 0.05 and 1024.";
        }

        if (OpenFiles < LeastFiles)
        {
            yield return $"limits.openFiles: {OpenFiles} is less than {LeastFiles}.";
        }
    }
}
