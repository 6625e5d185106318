using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Muster.Messages.Serialization;

/// <summary>The contracts of <see cref="MessagesJson"/> with one difference: a field that is absent keeps the default of its type.</summary>
/// <remarks>
/// A generated contract sets what is absent and init-only to null or zero. Then an event from before a field was added would not have
/// the default of that field, but a null. Measured, these contracts are no slower than the generated ones.
/// </remarks>
public static class StoredJson
{
    private static readonly JsonSerializerOptions Options = MadeOptions();

    /// <summary>The contract of a type that stands in the journal, in a table or on the wire.</summary>
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Of(typeof(T));

    /// <summary>The contract of a type that stands in the journal, in a table or on the wire.</summary>
    public static JsonTypeInfo Of(Type type) => Options.GetTypeInfo(type);

    private static JsonSerializerOptions MadeOptions()
    {
        var options = new JsonSerializerOptions(MessagesJson.Default.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        options.MakeReadOnly();
        return options;
    }
}
