using Muster.Messages;
using Muster.Runtime.Dotnet;
using Muster.Runtime.Exec;

namespace Muster.Runtime.Hosting;

/// <summary>One entry of the queues that a worker pool serves, written <c>[NAMESPACE/]QUEUE[:RUNTIME]</c>.</summary>
/// <param name="Namespace">The namespace of the queue; null for each namespace of the pool.</param>
/// <param name="Queue">The queue.</param>
/// <param name="Runtime">What runs processes there that name no runtime; null when that stays as each runtime has it.</param>
public sealed record ServedQueue(string? Namespace, string Queue, string? Runtime)
{
    /// <summary>The runtimes that a node has.</summary>
    private static readonly string[] Runtimes = [ExecRuntime.RuntimeName, DotnetRuntime.RuntimeName];

    /// <summary>Reads entries; one that stands there twice counts once.</summary>
    /// <param name="entries">The entries.</param>
    /// <exception cref="FormatException">One is wrong, or two of them contradict each other; the message says which and why.</exception>
    public static IReadOnlyList<ServedQueue> ReadAll(IEnumerable<string> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var queues = entries.Select(Read).Distinct().ToList();
        foreach (var queue in queues)
        {
            if (queues.Find(q => q.Runtime != queue.Runtime && q.Overlaps(queue)) is { } other)
            {
                throw new FormatException($"'{queue}' and '{other}' are one queue with two runtimes. A process that names no runtime can be run by one only: leave out one of them.");
            }
        }

        return queues;
    }

    /// <summary>What is wrong with entries; null when nothing is.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="execAllowed">Whether commands may be run.</param>
    public static string? Problem(IEnumerable<string> entries, bool execAllowed)
    {
        try
        {
            var queues = ReadAll(entries);
            return execAllowed ? null
                : queues.FirstOrDefault(q => q.Runtime == ExecRuntime.RuntimeName) is { } command ? $"'{command}' asks for commands, which are not allowed here. Allow them with --exec, or leave out ':{ExecRuntime.RuntimeName}'."
                : null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    /// <summary>Whether this entry serves that queue.</summary>
    /// <param name="other">A queue.</param>
    public bool Overlaps(ServedQueue other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Queue == other.Queue && (Namespace ?? Ids.DefaultNamespace) == (other.Namespace ?? Ids.DefaultNamespace);
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => $"{(Namespace is null ? "" : $"{Namespace}/")}{Queue}{(Runtime is null ? "" : $":{Runtime}")}";

    private static ServedQueue Read(string entry)
    {
        // None of the two signs can stand in an id.
        var slash = entry.IndexOf('/', StringComparison.Ordinal);
        var colon = entry.IndexOf(':', slash + 1);
        var nameSpace = slash < 0 ? null : Id(entry[..slash], entry);
        var queue = Id(colon < 0 ? entry[(slash + 1)..] : entry[(slash + 1)..colon], entry);
        var runtime = colon < 0 ? null : entry[(colon + 1)..];
        return runtime is null || Runtimes.Contains(runtime)
            ? new ServedQueue(nameSpace, queue, runtime)
            : throw new FormatException($"'{entry}': there is no runtime '{runtime}'. Behind the colon stands {string.Join(" or ", Runtimes)}.");
    }

    private static string Id(string id, string entry) => Ids.IsValid(id)
        ? id
        : throw new FormatException($"{(id == entry ? "" : $"'{entry}': ")}'{id}' is not an id: 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ -{(id == entry ? "" : ". An entry is [NAMESPACE/]QUEUE[:RUNTIME]")}");
}
