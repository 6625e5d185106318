namespace Muster.Gateway.Colonies.Crypto;

/// <summary>Who computes signatures here.</summary>
/// <param name="Signatures">The implementation.</param>
/// <param name="Lacking">Why it is not the fastest of all, and what to do about it; null when it is.</param>
internal sealed record SignatureLibrary(ISignatures Signatures, string? Lacking)
{
    /// <summary>Chooses the fastest on this machine.</summary>
    public static SignatureLibrary Choose() => new(Crypto.Signatures.Best(out var lacking), lacking);
}
