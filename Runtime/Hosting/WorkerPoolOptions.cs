using Muster.Messages;

namespace Muster.Runtime.Hosting;

/// <summary>What the worker pools of a node serve. The defaults serve the default queue with handlers only.</summary>
public sealed record WorkerPoolOptions
{
    /// <summary>The id under which attempts are assigned; default the name of the machine. Two nodes on one machine should differ in it.</summary>
    public string Executor { get; init; } = MachineId();

    /// <summary>The namespaces of the queues that name none; each has slots of its own.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [Ids.DefaultNamespace];

    /// <summary>The queues to serve, each as <see cref="ServedQueue"/> says: <c>[NAMESPACE/]QUEUE[:RUNTIME]</c>. Without a namespace in each of <see cref="Namespaces"/>;
    /// without a runtime, handlers take also what names none, and commands only what asks for them. A namespace in which queues differ in that has slots for each kind.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [Ids.DefaultQueue];

    /// <summary>The executor types that it belongs to, for conditions of processes.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>How many handlers may run at once; default four for each processor, because handlers mostly wait for disks, databases and other services.</summary>
    public int Slots { get; init; } = 4 * Environment.ProcessorCount;

    /// <summary>Whether operating-system commands may be run here; default no: who can submit could then run anything as the user of this program.</summary>
    public bool ExecAllowed { get; init; }

    /// <summary>How many commands may run at once; default two for each processor, because a command is a process of its own that often keeps one busy.</summary>
    public int ExecSlots { get; init; } = 2 * Environment.ProcessorCount;

    /// <summary>Labels, for conditions of processes.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it is, for conditions of processes.</summary>
    public string? Location { get; init; }

    /// <summary>Amounts that it has, for conditions of processes.</summary>
    public IReadOnlyDictionary<string, double> Resources { get; init; } = new Dictionary<string, double>();

    /// <summary>The folder in which the folders of attempts are made; default the temporary folder of the system.</summary>
    public string WorkFolder { get; init; } = Path.GetTempPath();

    /// <summary>How long running attempts get when the node stops, before they are cancelled and given back; default 10 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    private static string MachineId()
    {
        var name = string.Concat(Environment.MachineName.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-'));
        return Ids.IsValid(name) ? name : "node";
    }
}
