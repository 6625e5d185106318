using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Muster.Messages;

namespace Muster.Tests.Unit.Serialization;

/// <summary>Compares messages field by field, by what they hold.</summary>
internal static class Deep
{
    /// <summary>Where two messages differ, as paths.</summary>
    public static IEnumerable<string> Differences(object? a, object? b, string path)
    {
        if (a is null || b is null || a.GetType() != b.GetType())
        {
            return ReferenceEquals(a, b) ? [] : [$"{path}: {a ?? "null"} / {b ?? "null"}"];
        }

        return (a, b) switch
        {
            (JsonElement x, JsonElement y) => JsonElement.DeepEquals(x, y) ? [] : [$"{path}: {x} / {y}"],
            (ActorRef x, ActorRef y) => Equals(x.Ref?.Path, y.Ref?.Path) ? [] : [$"{path}: {x.Ref} / {y.Ref}"],
            (ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span) ? [] : [$"{path}: {Convert.ToHexString(x.Span)} / {Convert.ToHexString(y.Span)}"],
            (IDictionary x, IDictionary y) => Differences(Entries(x), Entries(y), path),
            (IEnumerable x and not string, IEnumerable y) => OfSequences(Items(x), Items(y), path),
            _ when Full.Fields(a.GetType()).Any() && a.GetType().Namespace!.StartsWith("Muster", StringComparison.Ordinal) =>
                Full.Fields(a.GetType()).SelectMany(f => Differences(f.GetValue(a), f.GetValue(b), $"{path}.{f.Name}")),
            _ => a.Equals(b) ? [] : [$"{path}: {a} / {b}"],
        };
    }

    /// <summary>The fields that have the value they would have without being set; a full message has none.</summary>
    public static IEnumerable<string> Unset(object message)
    {
        var type = message.GetType();
        if (type.GetConstructor(Type.EmptyTypes) is null || type.Namespace?.StartsWith("Muster", StringComparison.Ordinal) != true)
        {
            return [];
        }

        var unset = Activator.CreateInstance(type)!;
        return Full.Fields(type).SelectMany(f => f.GetValue(message) is { } value && (IsRequired(f) || Differences(value, f.GetValue(unset), "").Any())
            ? Unset(value).Select(inner => $"{f.Name}.{inner}")
            : [f.Name]);
    }

    /// <summary>Whether a message without the field cannot be read.</summary>
    public static bool IsRequired(PropertyInfo field) => field.IsDefined(typeof(RequiredMemberAttribute), false);

    private static object[] Entries(IDictionary map) => [.. map.Keys.Cast<string>().Order(StringComparer.Ordinal).SelectMany(k => new[] { k, map[k] ?? "(null)" })];

    // An array that was never set throws when it is looked at.
    private static object[] Items(IEnumerable sequence) => sequence.GetType().GetProperty("IsDefault")?.GetValue(sequence) is true ? ["unset"] : [.. sequence.Cast<object>()];

    private static IEnumerable<string> OfSequences(object[] a, object[] b, string path) => a.Length != b.Length
        ? [$"{path}: {a.Length} / {b.Length} items"]
        : a.SelectMany((item, i) => Differences(item, b[i], $"{path}[{i}]"));
}
