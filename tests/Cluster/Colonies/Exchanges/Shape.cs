using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Tests.Cluster.Colonies.Exchanges;

/// <summary>Compares an answer with what an exchange expects of it: the same JSON, but for words in double braces.</summary>
/// <remarks>
/// <c>{{any}}</c> any text, <c>{{hex64}}</c> an id, <c>{{time}}</c> a time that is set, <c>{{notime}}</c> the first moment of the year 1, <c>{{int}}</c>, <c>{{number}}</c>,
/// <c>{{list}}</c>, <c>{{object}}</c>, <c>{{absent}}</c> no such member, <c>{"{{each}}": x}</c> a list of x only, and <c>"{{more}}": true</c> among members: others may be there too.
/// </remarks>
internal static partial class Shape
{
    /// <summary>Where the answer differs, and how; null when it does not.</summary>
    public static string? Difference(JsonNode? expected, JsonNode? actual, string at = "$") => expected switch
    {
        JsonObject o when o.ContainsKey("{{each}}") => Each(o["{{each}}"], actual, at),
        JsonObject o => Members(o, actual, at),
        JsonArray a => Items(a, actual, at),
        JsonValue v when v.GetValueKind() == JsonValueKind.String && (string)v! is ['{', '{', .., '}', '}'] word => Is(word, actual) ? null : $"{at}: {Text(actual)} is not {word}",
        _ => JsonNode.DeepEquals(expected, actual) ? null : $"{at}: {Text(actual)} instead of {Text(expected)}",
    };

    private static string? Each(JsonNode? expected, JsonNode? actual, string at) => actual is JsonArray list
        ? list.Select((item, i) => Difference(expected, item, $"{at}[{i}]")).FirstOrDefault(d => d is not null)
        : $"{at}: {Text(actual)} is no list";

    private static string? Members(JsonObject expected, JsonNode? actual, string at)
    {
        if (actual is not JsonObject o)
        {
            return $"{at}: {Text(actual)} is no object";
        }

        var more = expected.ContainsKey("{{more}}");
        if (!more && o.Select(m => m.Key).FirstOrDefault(k => !expected.ContainsKey(k)) is { } extra)
        {
            return $"{at}.{extra} is there, and is not expected";
        }

        foreach (var (name, value) in expected.Where(m => m.Key != "{{more}}"))
        {
            var absent = value is JsonValue v && v.GetValueKind() == JsonValueKind.String && (string)v! == "{{absent}}";
            if (o.ContainsKey(name) == absent)
            {
                return $"{at}.{name} is {(absent ? "there, and is not expected" : "missing")}";
            }

            if (!absent && Difference(value, o[name], $"{at}.{name}") is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private static string? Items(JsonArray expected, JsonNode? actual, string at) => actual is not JsonArray list
        ? $"{at}: {Text(actual)} is no list"
        : list.Count != expected.Count
            ? $"{at} has {list.Count} items instead of {expected.Count}: {Text(list)}"
            : expected.Select((item, i) => Difference(item, list[i], $"{at}[{i}]")).FirstOrDefault(d => d is not null);

    private static bool Is(string word, JsonNode? actual)
    {
        var kind = actual?.GetValueKind() ?? JsonValueKind.Null;
        var text = kind == JsonValueKind.String ? (string)actual! : null;
        return word switch
        {
            "{{any}}" => text is not null,
            "{{hex64}}" => text is not null && Hex64().IsMatch(text),
            "{{time}}" => text is not null && Time(text) is { Year: > 1 },
            "{{notime}}" => text == "0001-01-01T00:00:00Z",
            "{{int}}" => kind == JsonValueKind.Number && actual!.AsValue().TryGetValue(out long _),
            "{{number}}" => kind == JsonValueKind.Number,
            "{{list}}" => kind == JsonValueKind.Array,
            "{{object}}" => kind == JsonValueKind.Object,
            _ => throw new InvalidOperationException($"There is no word {word}."),
        };
    }

    private static DateTimeOffset? Time(string text) =>
        Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static string Text(JsonNode? node) => node?.ToJsonString() is { } text ? text[..Math.Min(text.Length, 300)] : "null";

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Hex64();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Rfc3339();
}
