using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.OldForms;
using Muster.Gateway.Colonies.Wire;

namespace Muster.Gateway.Colonies;

/// <summary>Understands clients of earlier releases: what they say is brought into the present form before anybody looks at it, and replies to them have what they look for beside what is there.</summary>
/// <param name="directory">What ids stand for.</param>
/// <param name="options">Whether they are understood.</param>
internal sealed class OldClients(ColonyDirectory directory, ColoniesOptions options)
{
    // Who has spoken so: not every message of an old client shows that it is one. Only members and owners are kept, so that strangers cannot fill it.
    private readonly ConcurrentDictionary<string, bool> _speakers = new(StringComparer.Ordinal);

    /// <summary>The present name of a message.</summary>
    public string NameOf(string payloadType) => options.OldClients ? OldNames.Present(payloadType) : payloadType;

    /// <summary>The present form of a message.</summary>
    /// <param name="payloadType">The name that it came under.</param>
    /// <param name="message">The message.</param>
    /// <param name="signer">Who signed it.</param>
    public JsonElement Modern(string payloadType, JsonElement message, string signer)
    {
        if (!options.OldClients)
        {
            return message;
        }

        var ids = new KnownIds(directory, signer);
        var name = OldNames.Present(payloadType);
        var (modern, isOld) = OldMessage.Modern(name, message, ids);
        if ((isOld || name != payloadType) && ids.KnowsSigner)
        {
            _speakers[signer] = true;
        }

        return modern;
    }

    /// <summary>The payload of a reply, as who asked understands it.</summary>
    public object Reply(object payload, string signer)
    {
        if (!_speakers.ContainsKey(signer) || JsonSerializer.SerializeToNode(payload, payload.GetType(), ColoniesJson.Options) is not { } reply)
        {
            return payload;
        }

        OldReply.Widen(reply, new KnownIds(directory, signer));
        return reply;
    }
}
