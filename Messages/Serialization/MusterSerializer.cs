using System.Runtime.Serialization;
using System.Text.Json;
using Akka.Actor;
using Akka.Serialization;

namespace Muster.Messages.Serialization;

/// <summary>The one serializer: JSON under short manifests, for the journal and for the wire.</summary>
/// <param name="system">The actor system that addresses in messages belong to.</param>
public sealed class MusterSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Stands in the journal beside every event; never changes.</summary>
    public const int Id = 4711;

    // Addresses are resolved by a JSON converter, which has no other way to know the system.
    [ThreadStatic]
    private static ExtendedActorSystem? _current;

    /// <inheritdoc />
    public override int Identifier => Id;

    /// <summary>Writes a message without an actor system; only for messages that carry no addresses.</summary>
    /// <exception cref="SerializationException">The type has no manifest.</exception>
    public static byte[] Write(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return JsonSerializer.SerializeToUtf8Bytes(message, Known(message).Type);
    }

    /// <summary>Reads a message without an actor system; only for messages that carry no addresses.</summary>
    /// <exception cref="SerializationException">The manifest is unknown or the bytes are not what it says.</exception>
    public static object Read(ReadOnlySpan<byte> bytes, string manifest)
    {
        var type = Manifests.Find(manifest)
            ?? throw new SerializationException($"The manifest '{manifest}' is not known to this version; a newer version wrote it.");
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new SerializationException($"The message under '{manifest}' is null.");
        }
        catch (JsonException e)
        {
            throw new SerializationException($"The message under '{manifest}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The manifest of a message.</summary>
    /// <exception cref="SerializationException">The type has no manifest.</exception>
    public static string ManifestOf(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Known(message).Manifest;
    }

    /// <inheritdoc />
    public override string Manifest(object o) => ManifestOf(o);

    /// <inheritdoc />
    public override byte[] ToBinary(object obj) => Write(obj);

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest)
    {
        var before = _current;
        _current = system;
        try
        {
            return Read(bytes, manifest);
        }
        finally
        {
            _current = before;
        }
    }

    internal static IActorRef ResolveActorRef(string path) =>
        _current is { } system ? system.Provider.ResolveActorRef(path) : throw new SerializationException("An address can only be read inside an actor system.");

    private static (string Manifest, System.Text.Json.Serialization.Metadata.JsonTypeInfo Type) Known(object message) =>
        Manifests.Find(message.GetType()) ?? throw new SerializationException($"{message.GetType()} has no manifest; add one to {nameof(Manifests)} with a golden file.");
}
