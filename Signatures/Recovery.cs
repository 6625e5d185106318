namespace Muster.Signatures;

/// <summary>What all implementations do alike: refuse what is malformed before anything is computed, hash, and turn a public key into an identity.</summary>
internal abstract class Recovery : ISignatures
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public bool TryRecoverId(ReadOnlySpan<char> payload, ReadOnlySpan<char> signature, out string id)
    {
        Span<byte> bytes = stackalloc byte[SignatureText.Bytes];
        Span<byte> hash = stackalloc byte[Sha3.Bytes];
        Span<byte> key = stackalloc byte[Identity.PublicKeyBytes];
        id = "";
        if (!SignatureText.TryRead(signature, bytes))
        {
            return false;
        }

        Sha3.Hash(payload, hash);
        if (!TryRecoverKey(hash, bytes, key))
        {
            return false;
        }

        id = Identity.Of(key);
        return true;
    }

    /// <summary>Computes the public key that made a signature.</summary>
    /// <param name="hash">32 bytes: what was signed.</param>
    /// <param name="signature">65 bytes, already checked by <see cref="SignatureText"/>.</param>
    /// <param name="publicKey">Takes the 65 bytes of the uncompressed key.</param>
    /// <returns>False when r names no point of the curve, or when no key can have made it.</returns>
    protected abstract bool TryRecoverKey(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, Span<byte> publicKey);
}
