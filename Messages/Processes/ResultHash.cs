using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Muster.Messages.Processes;

/// <summary>The hash by which a repeated complete is told from a different one.</summary>
public static class ResultHash
{
    /// <summary>The hash of no result: SHA-256 over nothing.</summary>
    public static readonly string OfNothing = Convert.ToHexStringLower(SHA256.HashData([]));

    /// <summary>Lower-case hex of the SHA-256 over the raw JSON text of the result in UTF-8, as it was given; over nothing for no result.</summary>
    /// <param name="result">The result; null or undefined for none.</param>
    public static string Of(JsonElement? result)
    {
        if (result is not { ValueKind: not JsonValueKind.Undefined } json)
        {
            return OfNothing;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(JsonMarshal.GetRawUtf8Value(json), hash);
        return Convert.ToHexStringLower(hash);
    }
}
