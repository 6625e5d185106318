namespace Muster.Gateway.Colonies.Crypto;

/// <summary>Chooses who computes signatures.</summary>
internal static class Signatures
{
    /// <summary>The fastest there is on this machine: libsecp256k1, else BouncyCastle.</summary>
    /// <param name="lacking">Why it is not the fastest of all, and what to do about it; null when it is. For the log, beside <see cref="ISignatures.Name"/>.</param>
    public static ISignatures Best(out string? lacking) => (ISignatures?)NativeSignatures.TryLoad(out lacking) ?? new ManagedSignatures();
}
