namespace Muster.Signatures;

/// <summary>Says who signed a message of the Colonies dialect. Every implementation gives the same answers; they differ in speed only. Safe to use from many threads.</summary>
public interface ISignatures
{
    /// <summary>Which library computes, for the log.</summary>
    string Name { get; }

    /// <summary>The identity of the one who signed; whether it may do what it asks for is another question, and an identity that nobody has is an answer too.</summary>
    /// <param name="payload">The payload of the envelope exactly as it stands there: base64, not decoded.</param>
    /// <param name="signature">130 hex digits: r, s and the recovery id.</param>
    /// <param name="id">64 lower-case hex digits; empty when the signature is refused.</param>
    /// <returns>False when the signature is not a valid one: another length, not hex, a 0x before it, r or s not in 1..n-1, s above n/2, a recovery id above 3, or no point of the curve.</returns>
    bool TryRecoverId(ReadOnlySpan<char> payload, ReadOnlySpan<char> signature, out string id);
}
