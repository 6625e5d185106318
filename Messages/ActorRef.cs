using System.Text.Json;
using System.Text.Json.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Muster.Messages.Serialization;

namespace Muster.Messages;

/// <summary>An address that a message carries. Never persisted.</summary>
/// <param name="Ref">The actor.</param>
[JsonConverter(typeof(ActorRefJsonConverter))]
public readonly record struct ActorRef([property: JsonIgnore] IActorRef Ref)
{
    internal sealed class ActorRefJsonConverter : JsonConverter<ActorRef>
    {
        public override ActorRef Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(MusterSerializer.ResolveActorRef(reader.GetString()!));

        public override void Write(Utf8JsonWriter writer, ActorRef value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Akka.Serialization.Serialization.SerializedActorPath(value.Ref));
    }
}
