using System.Globalization;

namespace Muster.Persistence.Membership;

/// <summary>A node in one of its lives: started again it has another incarnation.</summary>
/// <param name="Address">Where its inside listens, HOST:PORT.</param>
/// <param name="Incarnation">What Akka calls its uid.</param>
public readonly record struct MemberName(string Address, int Incarnation)
{
    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}#{Incarnation}");
}
