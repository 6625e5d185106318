using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Messages.Deployments;
using Muster.Persistence.Records;

namespace Muster.Engine.Deployments.Secrets;

/// <summary>Named secrets, encrypted in the store.</summary>
/// <param name="records">Where they are kept.</param>
/// <param name="keys">The keys.</param>
public sealed class SecretStore(IRecordStore records, SecretKeys keys)
{
    private const string Kind = "secret";

    /// <summary>Keeps a value under a name; says whether the name is new.</summary>
    /// <exception cref="SecretKeyException">There is no key.</exception>
    public async Task<bool> PutAsync(string nameSpace, string name, string value, CancellationToken cancel = default)
    {
        var existed = await records.FindAsync(Kind, nameSpace, name, cancel).ConfigureAwait(false) is not null;
        await records.WriteAsync(new RecordChange.Put(Kind, nameSpace, name, Json(keys.Seal(nameSpace, name, value)))).ConfigureAwait(false);
        return !existed;
    }

    /// <summary>The names of a namespace, with the id of the key of each and when it was put last.</summary>
    public async Task<IReadOnlyList<(string Name, string Key, DateTimeOffset At)>> ListAsync(string nameSpace, CancellationToken cancel = default) =>
        [.. (await records.ListAsync(new RecordFilter(Kind) { Namespace = nameSpace }, cancel).ConfigureAwait(false))
            .Select(r => (r.Key, Read(r.Body).Key, r.UpdatedAt)).OrderBy(r => r.Item1, StringComparer.Ordinal)];

    /// <summary>Forgets one; false when there was none.</summary>
    public async Task<bool> RemoveAsync(string nameSpace, string name, CancellationToken cancel = default)
    {
        var existed = await records.FindAsync(Kind, nameSpace, name, cancel).ConfigureAwait(false) is not null;
        await records.WriteAsync(new RecordChange.Drop(Kind, nameSpace, name)).ConfigureAwait(false);
        return existed;
    }

    /// <summary>One as it is kept; null when there is none.</summary>
    public async Task<SealedSecret?> SealedAsync(string nameSpace, string name, CancellationToken cancel = default) =>
        await records.FindAsync(Kind, nameSpace, name, cancel).ConfigureAwait(false) is { } row ? Read(row.Body) : null;

    /// <summary>Encrypts what an older key wrote with the one that writes now; says how many. One that was put meanwhile is left.</summary>
    /// <param name="nameSpace">The namespace; null for all.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="SecretKeyException">There is no key, or one of a secret is not here.</exception>
    public async Task<int> EncryptAnewAsync(string? nameSpace, CancellationToken cancel = default)
    {
        var current = keys.CurrentId();
        var done = 0;
        foreach (var row in await records.ListAsync(new RecordFilter(Kind) { Namespace = nameSpace }, cancel).ConfigureAwait(false))
        {
            var secret = Read(row.Body);
            if (secret.Key == current)
            {
                continue;
            }

            var anew = keys.Seal(row.Namespace, row.Key, keys.Open(row.Namespace, row.Key, secret));
            done += await records.WriteAsync(new RecordChange.Put(Kind, row.Namespace, row.Key, Json(anew)) { Expected = row.Version }).ConfigureAwait(false) ? 1 : 0;
        }

        return done;
    }

    private static JsonElement Json(SealedSecret secret) => JsonSerializer.SerializeToElement(secret, SecretJson.Default.SealedSecret);

    private static SealedSecret Read(JsonElement body) => body.Deserialize(SecretJson.Default.SealedSecret)!;
}

/// <summary>How secrets stand in the store.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SealedSecret))]
internal sealed partial class SecretJson : JsonSerializerContext;
