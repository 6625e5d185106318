using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Muster.Messages;

namespace Muster.Runtime.Instances;

/// <summary>One instance to run on this node. It is kept in the folder of the instance, without its secrets and its code.</summary>
public sealed record InstanceSpec
{
    /// <summary>The largest code, in bytes.</summary>
    public const int CodeLimit = 16 * 1024 * 1024;

    /// <summary>The most slots of one instance.</summary>
    public const int SlotsLimit = 256;

    /// <summary>The id of the instance: 1 to 128 of [A-Za-z0-9._-], unique on the node; also the executor id under which it takes processes.</summary>
    public required string Instance { get; init; }

    /// <summary>The deployment that it belongs to.</summary>
    public required string Deployment { get; init; }

    /// <summary>The namespace of the deployment; processes of no other reach it.</summary>
    public required string Namespace { get; init; }

    /// <summary>The revision of the deployment.</summary>
    public required long Revision { get; init; }

    /// <summary>How often it was started again after it had ended by itself.</summary>
    public int Restarts { get; init; }

    /// <summary>What runs it: <c>python</c>, or <c>exec</c> for a command; default <c>exec</c>.</summary>
    public string Runtime { get; init; } = InstanceRuntimes.Exec;

    /// <summary>Where its processes come from; default from the node.</summary>
    public InstanceProtocol Protocol { get; init; }

    /// <summary>The code: for <c>python</c> the source of one module or a zip; for <c>exec</c> a zip that is unpacked into <c>code/</c>, or one file, which becomes <c>code/main</c>. At most 16 MiB.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Code { get; init; }

    /// <summary>The function that processes are given to, written <c>[MODULE:]FUNCTION</c>; default <c>process</c>, in the module <c>main</c>.</summary>
    public string Entry { get; init; } = "process";

    /// <summary>The command and its arguments for <c>exec</c>. A relative path with a slash is relative to the folder of the instance.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Environment variables.</summary>
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Environment variables that are written nowhere: the instance gets them and the node forgets them.</summary>
    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Secrets { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The queues that it takes processes from, with <see cref="InstanceProtocol.Pipe"/>.</summary>
    public ImmutableArray<string> Queues { get; init; } = [];

    /// <summary>The executor types that it belongs to, for conditions of processes.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>How many processes it runs at once, 1 to 256; default 1.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>What it may use.</summary>
    public InstanceLimits Limits { get; init; } = new();

    /// <summary>How its health is looked at.</summary>
    public InstanceHealthCheck Health { get; init; } = new();

    /// <summary>How long it may take from its start until it is healthy; then it is unhealthy; default 60 s.</summary>
    public TimeSpan StartWithin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long it gets between SIGTERM and SIGKILL; default 10 s.</summary>
    public TimeSpan KillAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What of the output is kept, in bytes of the newest of three files; default 4 MiB.</summary>
    public int LogBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Everything that is wrong with it; empty when nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var (name, id) in new[] { ("instance", Instance), ("deployment", Deployment), ("namespace", Namespace) })
        {
            if (!Ids.IsValid(id))
            {
                yield return $"{name}: '{id}' is not an id: 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ -";
            }
        }

        foreach (var queue in Queues.Where(q => !Ids.IsValid(q)))
        {
            yield return $"queues: '{queue}' is not an id: 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ -";
        }

        if (Instance is "." or "..")
        {
            yield return $"instance: '{Instance}' cannot be the name of a folder.";
        }

        if (Protocol == InstanceProtocol.Pipe && Queues.IsEmpty)
        {
            yield return "queues: an instance with protocol pipe needs at least one queue.";
        }

        if (Slots is < 1 or > SlotsLimit)
        {
            yield return $"slots: {Slots} is not between 1 and {SlotsLimit}.";
        }

        foreach (var problem in InstanceRuntimes.Problems(this).Concat(Limits.Problems()).Concat(Health.Problems()))
        {
            yield return problem;
        }

        foreach (var (name, value) in Env.Concat(Secrets))
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') || value.Contains('\0', StringComparison.Ordinal))
            {
                // The value may be a secret.
                yield return $"env: the variable '{name}' cannot be set: a name is not empty and has no '=', and neither name nor value has a NUL character.";
            }
        }
    }
}
