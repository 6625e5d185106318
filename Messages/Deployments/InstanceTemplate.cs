using System.Collections.Immutable;

namespace Muster.Messages.Deployments;

/// <summary>What runs in each instance. Whatever is changed in here makes a new revision.</summary>
public sealed record InstanceTemplate
{
    /// <summary>The runtimes that there are.</summary>
    public static readonly ImmutableArray<string> Runtimes = ["exec", "python", "dotnet", "http", "container"];

    /// <summary>Processes come from the node.</summary>
    public const string Pipe = "pipe";

    /// <summary>The instance connects by itself.</summary>
    public const string Self = "self";

    /// <summary>exec, python, dotnet, http or container.</summary>
    public required string Runtime { get; init; }

    /// <summary>Where its processes come from: pipe or self.</summary>
    public required string Protocol { get; init; }

    /// <summary>The source of one module.</summary>
    public string? Code { get; init; }

    /// <summary>A zip with the code, as base64, instead of <see cref="Code"/>.</summary>
    public string? Archive { get; init; }

    /// <summary>The function that processes are given to, [MODULE:]FUNCTION.</summary>
    public string? Entry { get; init; }

    /// <summary>The command and its arguments.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>The image of a container.</summary>
    public string? Image { get; init; }

    /// <summary>The address of a function endpoint.</summary>
    public string? Url { get; init; }

    /// <summary>Environment variables.</summary>
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Environment variables whose values are secrets: the variable, then the name of the secret.</summary>
    public ImmutableSortedDictionary<string, string> Secrets { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The queues that it serves.</summary>
    public ImmutableArray<string> Queues { get; init; } = [];

    /// <summary>The executor types that it belongs to.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>How many processes each instance runs at once; default 1.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>What it may use.</summary>
    public InstanceResources Resources { get; init; } = new();

    /// <summary>Labels that its node must have.</summary>
    public ImmutableSortedDictionary<string, string> Placement { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>How its health is looked at.</summary>
    public HealthCheck Health { get; init; } = new();

    /// <summary>How long what it runs may go on when it is to end; default 30 s.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);
}
