namespace Muster.Workers.Shared;

/// <summary>A command of the operating system that is to run, without a shell.</summary>
/// <param name="Program">A path when it has a slash, else a name that is looked for in PATH.</param>
/// <param name="Arguments">What it is given.</param>
public sealed record CommandRequest(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>What is added to the environment of the worker; default nothing.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The working folder; default the worker's.</summary>
    public string? Folder { get; init; }

    /// <summary>What stands on its standard input; default nothing.</summary>
    public string Input { get; init; } = "";

    /// <summary>How long it may take to end when it is asked to (SIGTERM), before it and all that it started are killed; default 5 s.</summary>
    public TimeSpan KillAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A command that writes nothing for so long is ended; default never.</summary>
    public TimeSpan? SilenceLimit { get; init; }

    /// <summary>How many bytes of each of its streams are kept for the result; default 1 MiB. The lines are given out in any case.</summary>
    public int Keep { get; init; } = 1024 * 1024;

    /// <summary>Gets each line that it writes, on one thread at a time for each stream.</summary>
    public Action<string, bool>? Line { get; init; }

    /// <summary>Is awaited between two reads, so that a command cannot write faster than its lines are taken; default nothing to wait for.</summary>
    public Func<CancellationToken, ValueTask>? WhenRoom { get; init; }

    /// <summary>Is told the id of the process when it runs.</summary>
    public Action<int>? Started { get; init; }
}
