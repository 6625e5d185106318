using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Persistence.Keys;

/// <summary>How a key is written: <c>muster_ID_SECRET</c>. The id may be known; the secret is told once, to whom the key is for.</summary>
/// <param name="Id">The id.</param>
/// <param name="Secret">The secret.</param>
public sealed partial record KeyText(string Id, string Secret)
{
    /// <summary>The fewest characters of a secret that somebody else made: 256 bits in base64.</summary>
    public const int ShortestSecret = 43;

    private const int IdBytes = 6;

    /// <summary>256 bits: nobody guesses them, so a fast hash is enough.</summary>
    private const int SecretBytes = 32;

    /// <summary>The SHA-256 of the secret.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(Secret));

    /// <summary>Whether it has the secret of which this is the hash. Takes as long whether it does or not.</summary>
    public bool Fits(ReadOnlySpan<byte> hash) => CryptographicOperations.FixedTimeEquals(Hash(), hash);

    /// <summary>A new one that nobody has.</summary>
    public static KeyText New() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes)));

    /// <summary>Reads one; null when the text is none.</summary>
    public static KeyText? Parse(string? text) => text is not null && Form().Match(text) is { Success: true } match ? new KeyText(match.Groups[1].Value, match.Groups[2].Value) : null;

    /// <summary>The whole key.</summary>
    public override string ToString() => $"muster_{Id}_{Secret}";

    [GeneratedRegex(@"^muster_([a-z0-9]{1,32})_([A-Za-z0-9_-]{43,512})\z")]
    private static partial Regex Form();
}
