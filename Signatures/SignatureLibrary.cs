namespace Muster.Signatures;

/// <summary>Who computes signatures here.</summary>
/// <param name="Signatures">The implementation.</param>
/// <param name="Lacking">Why it is not the fastest of all, and what to do about it; null when it is. For the log, beside <see cref="ISignatures.Name"/>.</param>
public sealed record SignatureLibrary(ISignatures Signatures, string? Lacking)
{
    /// <summary>Chooses the fastest on this machine: libsecp256k1, else BouncyCastle.</summary>
    public static SignatureLibrary Choose() => new((ISignatures?)NativeSignatures.TryLoad(out var lacking) ?? new ManagedSignatures(), lacking);
}
