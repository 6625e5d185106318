using System.Text.Json;
using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Wire;

namespace Muster.Gateway.Colonies;

/// <summary>One message whose signature was good.</summary>
/// <param name="PayloadType">What it is.</param>
/// <param name="Signer">The id of who signed it.</param>
/// <param name="Json">The message, decoded.</param>
/// <param name="Services">What handlers work with.</param>
/// <param name="SignatureKey">What the signature is remembered by.</param>
/// <param name="Cancel">Ends when the caller is gone.</param>
internal sealed record ColoniesCall(string PayloadType, string Signer, JsonElement Json, ColoniesServices Services, UInt128 SignatureKey, CancellationToken Cancel)
{
    /// <summary>Who may do what.</summary>
    public Roles Roles => new(Services.Directory, Signer);

    /// <summary>Carries out what nobody has a reason to ask for twice with the same bytes: the change of an identity. Whoever recorded it cannot do it again.</summary>
    /// <param name="change">The change; its signer is known to be allowed to make it.</param>
    /// <exception cref="ColoniesException">It was carried out before.</exception>
    public async Task OnceAsync(Func<Task> change)
    {
        if (!Services.Replays.TryEnter(SignatureKey))
        {
            throw new ColoniesException(403, "This very message was carried out a moment ago; sign a new one, or wait 5 minutes.");
        }

        try
        {
            await change().ConfigureAwait(false);
        }
        catch
        {
            Services.Replays.Leave(SignatureKey);
            throw;
        }
    }

    /// <summary>The message as an object.</summary>
    /// <exception cref="ColoniesException">It has a member of a wrong type.</exception>
    public T Read<T>()
        where T : class
    {
        try
        {
            return Json.Deserialize<T>(ColoniesJson.Options) ?? throw new ColoniesException(400, $"The payload of {PayloadType} is null; it is an object.");
        }
        catch (JsonException e)
        {
            throw new ColoniesException(400, $"The payload of {PayloadType} is wrong{(e.Path is { Length: > 1 } path ? $" at {path[2..]}" : "")}: a value of another type is expected there.");
        }
    }
}
