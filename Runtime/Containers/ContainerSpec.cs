using System.Collections.Immutable;
using Muster.Messages;

namespace Muster.Runtime.Containers;

/// <summary>One container to run on an engine. What is in it connects to the cluster by itself.</summary>
public sealed record ContainerSpec
{
    /// <summary>The id of the instance: 1 to 128 of [A-Za-z0-9._-], unique for its owner.</summary>
    public required string Instance { get; init; }

    /// <summary>The deployment that it belongs to.</summary>
    public required string Deployment { get; init; }

    /// <summary>The namespace of the deployment.</summary>
    public required string Namespace { get; init; }

    /// <summary>The revision of the deployment.</summary>
    public required long Revision { get; init; }

    /// <summary>The image, which the engine has: none is fetched.</summary>
    public required string Image { get; init; }

    /// <summary>The command and its arguments; without, what the image says.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Environment variables.</summary>
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Environment variables that are secret. Who may ask the engine can read them.</summary>
    public ImmutableSortedDictionary<string, string> Secrets { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Memory, in bytes; null for no limit.</summary>
    public long? Memory { get; init; }

    /// <summary>Processors, 0.5 for half of one; null for no limit.</summary>
    public double? Cpu { get; init; }

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

        if (string.IsNullOrWhiteSpace(Image))
        {
            yield return "image: a container needs an image.";
        }

        if (Memory <= 0 || Cpu is { } cpu && !(cpu > 0))
        {
            yield return "limits: memory and cpu are more than zero.";
        }

        foreach (var (name, value) in Env.Concat(Secrets))
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') || value.Contains('\0', StringComparison.Ordinal))
            {
                yield return $"env: the variable '{name}' cannot be set: a name is not empty and has no '=', and neither name nor value has a NUL character.";
            }
        }
    }
}
