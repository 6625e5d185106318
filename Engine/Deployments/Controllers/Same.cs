using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Controllers;

/// <summary>Whether an instance is seen as before.</summary>
internal sealed class Same : IEqualityComparer<SeenInstance>
{
    public static readonly Same Comparer = new();

    public bool Equals(SeenInstance? x, SeenInstance? y) =>
        x is null || y is null ? x is null && y is null : x with { LastLines = [] } == y with { LastLines = [] } && x.LastLines.AsSpan().SequenceEqual(y.LastLines.AsSpan());

    public int GetHashCode(SeenInstance obj) => StringComparer.Ordinal.GetHashCode(obj.Id);
}
