using Muster.Persistence.Keys;

namespace Muster.Gateway.Security;

/// <summary>Who may call a route, as the route itself declares it. A route that declares nothing is refused.</summary>
/// <param name="Roles">Any of these roles; an operator may call everything. Empty for a route that needs no key.</param>
/// <param name="AllNamespaces">Whether the key must be for all namespaces, because what the route tells is not of one.</param>
/// <param name="HasOwnIdentity">Whether its messages say themselves who sends them, so that it may be called from everywhere and with any content type.</param>
internal sealed record Access(IReadOnlyList<KeyRole> Roles, bool AllNamespaces = false, bool HasOwnIdentity = false)
{
    /// <summary>Whether it needs no key.</summary>
    public bool IsOpen => Roles.Count == 0;

    /// <summary>Whether it is for operators only.</summary>
    public bool IsForOperators => Roles is [KeyRole.Operator];

    /// <summary>Whether the holder of a key of this role may call it. Everybody who has a key may look.</summary>
    public bool Admits(KeyRole role) => role == KeyRole.Operator || Roles.Contains(role) || Roles.Contains(KeyRole.Reader);

    /// <summary>The roles in words.</summary>
    public string Words => string.Join(" or ", Roles.Select(r => r.ToString().ToLowerInvariant()));
}
