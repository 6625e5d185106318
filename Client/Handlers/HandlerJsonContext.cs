using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Client.Handlers;

[JsonSerializable(typeof(IReadOnlyDictionary<string, JsonElement>))]
internal sealed partial class HandlerJsonContext : JsonSerializerContext;
