using System.Runtime.InteropServices;

namespace Muster.Signatures;

/// <summary>Signatures computed by libsecp256k1, which is in Debian's package libsecp256k1-1 (from Debian 13 on libsecp256k1-2). It has to be built with its recovery module, as Debian's is.</summary>
internal sealed unsafe class NativeSignatures : Recovery
{
    // What is called here has the same form in both.
    private static readonly string[] Files = ["libsecp256k1.so.2", "libsecp256k1.so.1"];

    // Newer versions take every context for everything; older ones want to know that signatures will be verified.
    private const uint ContextToVerify = 0x101;
    private const uint Uncompressed = 2;
    private const int OpaqueKeyBytes = 64;
    private const int Scalar = 32;

    private const string KnownPayload = "hello";
    private const string KnownSignature = "e713a1bb015fecabb5a084b0fe6d6e7271fca6f79525a634183cfdb175fe69241f4da161779d8e6b761200e1cf93766010a19072fa778f9643363e2cfadd640900";
    private const string KnownId = "5d6568f883451ae2e407d1a0a7992e414f2a67b69d0e6e9176d353b98f06f696";

    // A context that only verifies is never written to, so that all threads may use it; it lives as long as the process.
    private readonly nint _context;
    private readonly delegate* unmanaged<nint, byte*, byte*, int, int> _parse;
    private readonly delegate* unmanaged<nint, byte*, byte*, byte*, int> _recover;
    private readonly delegate* unmanaged<nint, byte*, nuint*, byte*, uint, int> _serialize;

    private NativeSignatures(string file, nint create, nint parse, nint recover, nint serialize)
    {
        Name = file;
        _parse = (delegate* unmanaged<nint, byte*, byte*, int, int>)parse;
        _recover = (delegate* unmanaged<nint, byte*, byte*, byte*, int>)recover;
        _serialize = (delegate* unmanaged<nint, byte*, nuint*, byte*, uint, int>)serialize;
        _context = ((delegate* unmanaged<uint, nint>)create)(ContextToVerify);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>Loads the library and has it answer a question whose answer is known.</summary>
    /// <param name="problem">Why not, and what to do about it; null when it is there.</param>
    /// <returns>Null when it is not there, or not what is expected of it.</returns>
    public static NativeSignatures? TryLoad(out string? problem) => TryLoad(Files, out problem);

    /// <summary>As the other, with the choice of where to look.</summary>
    /// <param name="files">The library's names, as the system's loader takes them; the first that is there is used.</param>
    /// <param name="problem">Why not, and what to do about it; null when it is there.</param>
    public static NativeSignatures? TryLoad(IReadOnlyList<string> files, out string? problem)
    {
        foreach (var file in files)
        {
            if (NativeLibrary.TryLoad(file, out var library))
            {
                return TryUse(file, library, out problem);
            }
        }

        problem = $"there is no {string.Join(" or ", files)} on this machine; install libsecp256k1-1 (Debian 12, Ubuntu 24.04) or libsecp256k1-2 (Debian 13)";
        return null;
    }

    private static NativeSignatures? TryUse(string file, nint library, out string? problem)
    {
        if (!NativeLibrary.TryGetExport(library, "secp256k1_context_create", out var create)
            || !NativeLibrary.TryGetExport(library, "secp256k1_ecdsa_recoverable_signature_parse_compact", out var parse)
            || !NativeLibrary.TryGetExport(library, "secp256k1_ecdsa_recover", out var recover)
            || !NativeLibrary.TryGetExport(library, "secp256k1_ec_pubkey_serialize", out var serialize))
        {
            problem = $"{file} was built without the recovery of public keys; Debian's is built with it";
            return null;
        }

        var native = new NativeSignatures(file, create, parse, recover, serialize);
        var fits = native._context != 0 && native.TryRecoverId(KnownPayload, KnownSignature, out var id) && id == KnownId;
        problem = fits ? null : $"{file} answers a known question wrongly; install Debian's";
        return fits ? native : null;
    }

    /// <inheritdoc/>
    /// <remarks>The library ends the process when it is called with a recovery id above 3 or with null; neither comes this far.</remarks>
    protected override bool TryRecoverKey(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, Span<byte> publicKey)
    {
        var parsed = stackalloc byte[SignatureText.Bytes];
        var key = stackalloc byte[OpaqueKeyBytes];
        var length = (nuint)publicKey.Length;
        fixed (byte* h = hash, s = signature, k = publicKey)
        {
            return _parse(_context, parsed, s, signature[2 * Scalar]) == 1
                && _recover(_context, key, parsed, h) == 1
                && _serialize(_context, k, &length, key, Uncompressed) == 1;
        }
    }
}
