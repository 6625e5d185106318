using System.Collections.Immutable;

namespace Muster.Engine.Deployments.Planning;

/// <summary>Where instances can run.</summary>
public sealed record InstancePlace
{
    /// <summary>Its name.</summary>
    public required string Node { get; init; }

    /// <summary>Its labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Its processors; 0 when nobody knows.</summary>
    public double Cpu { get; init; }

    /// <summary>Its memory, in bytes; 0 when nobody knows.</summary>
    public long Memory { get; init; }

    /// <summary>Whether it answers, so that something can be started there.</summary>
    public bool Answers { get; init; } = true;

    /// <summary>Whether it is about to go, so that what it has is wanted elsewhere.</summary>
    public bool Leaving { get; init; }

    /// <summary>Whether it has all of some labels.</summary>
    public bool Has(ImmutableSortedDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        foreach (var (key, value) in labels)
        {
            if (!Labels.TryGetValue(key, out var own) || own != value)
            {
                return false;
            }
        }

        return true;
    }
}
