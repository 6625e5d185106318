using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Secrets;

/// <summary>The keys that secrets are encrypted with (AES-256-GCM). The first one writes, all of them read: a new key is put before the old one, then all secrets are encrypted anew, then the old one goes.</summary>
public sealed class SecretKeys
{
    /// <summary>What to do without a key.</summary>
    public const string Missing =
        "There is no key for secrets. Start the seed and the nodes with --secrets-key-file FILE or MUSTER_SECRETS_KEY: one or more keys, each 32 random bytes as base64 or 64 hexadecimal digits, as 'openssl rand -base64 32' makes them.";

    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly ImmutableArray<(string Id, byte[] Key)> _keys;

    private SecretKeys(ImmutableArray<(string Id, byte[] Key)> keys) => _keys = keys;

    /// <summary>No key: nothing can be kept or opened.</summary>
    public static SecretKeys None { get; } = new([]);

    /// <summary>Whether there is no key.</summary>
    public bool IsEmpty => _keys.IsEmpty;

    /// <summary>The id of the key that writes.</summary>
    /// <exception cref="SecretKeyException">There is none.</exception>
    public string CurrentId() => IsEmpty ? throw new SecretKeyException(Missing) : _keys[0].Id;

    /// <summary>Reads keys: one a line or separated by commas, the one that writes first; lines that begin with # are remarks.</summary>
    /// <exception cref="SecretKeyException">One of them is no key.</exception>
    public static SecretKeys Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var keys = ImmutableArray.CreateBuilder<(string, byte[])>();
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith('#'));
        foreach (var (word, place) in lines.SelectMany(l => l.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select((w, i) => (w, i + 1)))
        {
            var key = Bytes(word) ?? throw new SecretKeyException($"The key for secrets number {place} is not 32 bytes as base64 or 64 hexadecimal digits; 'openssl rand -base64 32' makes one.");
            keys.Add((Convert.ToHexStringLower(SHA256.HashData(key))[..12], key));
        }

        return new SecretKeys(keys.ToImmutable());
    }

    /// <summary>Reads the keys of a file, or else of the environment variable MUSTER_SECRETS_KEY; none when neither is there.</summary>
    /// <exception cref="SecretKeyException">The file cannot be read or holds no key.</exception>
    public static SecretKeys Load(string? file)
    {
        if (file is null)
        {
            return Parse(Environment.GetEnvironmentVariable("MUSTER_SECRETS_KEY") ?? "");
        }

        try
        {
            var keys = Parse(File.ReadAllText(file));
            return keys.IsEmpty ? throw new SecretKeyException($"The file {file} holds no key for secrets.") : keys;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SecretKeyException($"The keys for secrets cannot be read: {e.Message}");
        }
    }

    /// <summary>Encrypts a value. It can be opened under the same namespace and name only.</summary>
    /// <exception cref="SecretKeyException">There is no key.</exception>
    public SealedSecret Seal(string nameSpace, string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var id = CurrentId();
        var plain = Encoding.UTF8.GetBytes(value);
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var data = new byte[plain.Length + TagBytes];
        using var aes = new AesGcm(_keys[0].Key, TagBytes);
        aes.Encrypt(nonce, plain, data.AsSpan(0, plain.Length), data.AsSpan(plain.Length), Place(nameSpace, name));
        CryptographicOperations.ZeroMemory(plain);
        return new SealedSecret { Name = name, Key = id, Nonce = Convert.ToBase64String(nonce), Data = Convert.ToBase64String(data) };
    }

    /// <summary>Opens a secret.</summary>
    /// <exception cref="SecretKeyException">Its key is not here, or it was changed.</exception>
    public string Open(string nameSpace, string name, SealedSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (IsEmpty)
        {
            throw new SecretKeyException(Missing);
        }

        var key = _keys.FirstOrDefault(k => k.Id == secret.Key).Key
            ?? throw new SecretKeyException($"The secret {name} was encrypted with the key {secret.Key}, which is not here; there are {string.Join(", ", _keys.Select(k => k.Id))}. Start with that key too, or put the secret again.");
        try
        {
            var data = Convert.FromBase64String(secret.Data);
            var plain = new byte[data.Length - TagBytes];
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(Convert.FromBase64String(secret.Nonce), data.AsSpan(0, plain.Length), data.AsSpan(plain.Length), plain, Place(nameSpace, name));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or OverflowException or ArgumentException)
        {
            throw new SecretKeyException($"The secret {name} was changed in the store and cannot be opened. Put it again.");
        }
    }

    // A value moved to another name would open as that of another.
    private static byte[] Place(string nameSpace, string name) => Encoding.UTF8.GetBytes($"{nameSpace}/{name}");

    private static byte[]? Bytes(string word)
    {
        if (word.Length == 2 * KeyBytes && word.All(char.IsAsciiHexDigit))
        {
            return Convert.FromHexString(word);
        }

        var bytes = new byte[KeyBytes + 1];
        return Convert.TryFromBase64String(word, bytes, out var written) && written == KeyBytes ? bytes[..KeyBytes] : null;
    }
}
