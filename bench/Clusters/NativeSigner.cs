using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Muster.Signatures;

namespace Muster.Bench.Clusters;

/// <summary>Signs by libsecp256k1, as clients do that care for speed; by managed code the signatures of the callers alone would cost more than the server that is measured.</summary>
internal static unsafe partial class NativeSigner
{
    private const string Library = "secp256k1";
    private const uint ContextToSign = 0x201;
    private const int SignatureBytes = 65;

    private static readonly nint Context = Open();

    /// <summary>Signs a payload in base64; by managed code where the library is not installed.</summary>
    public static string Sign(PrivateKey key, ReadOnlySpan<byte> secret, string payload)
    {
        if (Context == 0)
        {
            return key.Sign(payload);
        }

        Span<byte> hash = stackalloc byte[SHA3_256.HashSizeInBytes];
        SHA3_256.HashData(Encoding.ASCII.GetBytes(payload), hash);
        var signature = stackalloc byte[SignatureBytes];
        var compact = stackalloc byte[SignatureBytes];
        int recovery;
        fixed (byte* h = hash, s = secret)
        {
            if (SignRecoverable(Context, signature, h, s, 0, 0) != 1)
            {
                throw new InvalidOperationException("libsecp256k1 did not sign.");
            }
        }

        _ = SerializeCompact(Context, compact, &recovery, signature);
        compact[SignatureBytes - 1] = (byte)recovery;
        return Convert.ToHexStringLower(new ReadOnlySpan<byte>(compact, SignatureBytes));
    }

    private static nint Open()
    {
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) =>
            name == Library && (NativeLibrary.TryLoad("libsecp256k1.so.2", out var found) || NativeLibrary.TryLoad("libsecp256k1.so.1", out found)) ? found : 0);
        try
        {
            return SHA3_256.IsSupported ? CreateContext(ContextToSign) : 0;
        }
        catch (DllNotFoundException)
        {
            return 0;
        }
    }

    [LibraryImport(Library, EntryPoint = "secp256k1_context_create")]
    private static partial nint CreateContext(uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_sign_recoverable")]
    private static partial int SignRecoverable(nint context, byte* signature, byte* hash, byte* secret, nint nonce, nint extra);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_serialize_compact")]
    private static partial int SerializeCompact(nint context, byte* compact, int* recovery, byte* signature);
}
