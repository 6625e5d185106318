using System.Text.Json.Serialization;

namespace Muster.Gateway.Native;

/// <summary>Words of a list, and words only: a number would let in what is not on the list.</summary>
/// <typeparam name="T">The list.</typeparam>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;
