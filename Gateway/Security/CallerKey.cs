using Muster.Persistence.Keys;

namespace Muster.Gateway.Security;

/// <summary>The key that a request showed, and that was good.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Role">What its holder may do.</param>
/// <param name="Namespace">Where; null for every namespace.</param>
/// <param name="Revoked">Ends when the key is revoked.</param>
internal sealed record CallerKey(string Name, KeyRole Role, string? Namespace, CancellationToken Revoked);
