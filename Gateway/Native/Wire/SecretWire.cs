using System.Collections.Immutable;

namespace Muster.Gateway.Native.Wire;

/// <summary>The value of a secret; it is never given out again.</summary>
/// <param name="Value">The value, up to 64 KiB.</param>
public sealed record SecretPutWire(string? Value);

/// <summary>A secret without its value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">The id of the key that it is encrypted with.</param>
/// <param name="UpdatedAt">When it was written last.</param>
public sealed record SecretWire(string Name, string Key, DateTimeOffset UpdatedAt);

/// <summary>Secrets.</summary>
/// <param name="Items">The secrets, by name.</param>
public sealed record SecretListWire(ImmutableArray<SecretWire> Items);

/// <summary>What became of the secrets.</summary>
/// <param name="Encrypted">How many were encrypted anew.</param>
public sealed record ReencryptedWire(int Encrypted);
