using System.Text.Json;

namespace Muster.Gateway.Colonies;

/// <summary>Understands clients of earlier releases: what they say is brought into the present form before anybody looks at it.</summary>
internal sealed class OldClients
{
    /// <summary>The present name of a message.</summary>
    public string NameOf(string payloadType) => payloadType;

    /// <summary>The present form of a message.</summary>
    public JsonElement Modern(string payloadType, JsonElement message) => message;
}
