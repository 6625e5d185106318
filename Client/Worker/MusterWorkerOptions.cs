namespace Muster.Client.Worker;

/// <summary>What a worker takes, how much of it at once, and how it stops.</summary>
public sealed class MusterWorkerOptions
{
    /// <summary>The id of the executor, 1 to 128 of <c>A-Z a-z 0-9 . _ -</c>; default the machine and a part of chance, so that every start is another one.</summary>
    public string Executor { get; set; } = DefaultExecutor();

    /// <summary>The namespace; the client's when null.</summary>
    public string? Namespace { get; set; }

    /// <summary>The queues that it takes from. When these and <see cref="Types"/> are empty: <c>default</c>.</summary>
    public IList<string> Queues { get; set; } = [];

    /// <summary>The types that it belongs to; without queues they name the queues, too.</summary>
    public IList<string> Types { get; set; } = [];

    /// <summary>The runtimes that it has, for processes that ask for one.</summary>
    public IList<string> Runtimes { get; set; } = [];

    /// <summary>Its labels.</summary>
    public IDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    /// <summary>Where it is.</summary>
    public string? Location { get; set; }

    /// <summary>The amounts that it has, by name.</summary>
    public IDictionary<string, double> Resources { get; set; } = new Dictionary<string, double>();

    /// <summary>How many handlers run at once; default the number of processors. Handlers that mostly wait want more.</summary>
    public int Slots { get; set; } = Environment.ProcessorCount;

    /// <summary>How long the gateway is asked to hold a poll for work; default 30 s.</summary>
    public TimeSpan PollWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long log lines and progress are collected before they are sent; default 200 ms. Much of them goes at once.</summary>
    public TimeSpan LogInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long running handlers may go on after a stop before <c>Cancelled</c> ends; default 20 s. The shutdown time-out of the host should be 10 s longer.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long handlers have after <c>Cancelled</c> ended on a stop, before their attempts are given back without them; default 3 s.</summary>
    public TimeSpan StopCancelTime { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a stop goes on delivering results and log lines; default 5 s. What is not delivered then is lost with its attempt, and tried again by the cluster.</summary>
    public TimeSpan StopFlushTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The folder under which attempts get their working folders; default <c>muster</c> in the folder for temporary files.</summary>
    public string WorkingRoot { get; set; } = Path.Combine(Path.GetTempPath(), "muster");

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Slots, 1, nameof(Slots));
        ArgumentException.ThrowIfNullOrWhiteSpace(Executor, nameof(Executor));
        ArgumentException.ThrowIfNullOrWhiteSpace(WorkingRoot, nameof(WorkingRoot));
        if (PollWait < TimeSpan.Zero || LogInterval < TimeSpan.Zero || StopGrace < TimeSpan.Zero || StopCancelTime < TimeSpan.Zero || StopFlushTime < TimeSpan.Zero)
        {
            throw new ArgumentException("The times of a worker are not negative.");
        }
    }

    private static string DefaultExecutor()
    {
        var machine = new string([.. Environment.MachineName.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_').Take(80)]);
        return $"{machine}-{Guid.NewGuid().ToString("N")[..12]}";
    }
}
