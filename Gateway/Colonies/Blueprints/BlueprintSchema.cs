using System.Text.Json;

namespace Muster.Gateway.Colonies.Blueprints;

/// <summary>What the spec of a blueprint must look like, as its definition says: required members, types, values. What is not named in it may be anything. Pure.</summary>
internal static class BlueprintSchema
{
    /// <summary>What is wrong; null when nothing is.</summary>
    public static string? Wrong(JsonElement spec, JsonElement? schema)
    {
        if (schema is not { ValueKind: JsonValueKind.Object } rules)
        {
            return null;
        }

        foreach (var name in Member(rules, "required", JsonValueKind.Array) is { } required ? required.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.String) : [])
        {
            if (!spec.TryGetProperty(name.GetString()!, out _))
            {
                return $"{name.GetString()} is required and missing";
            }
        }

        return WrongMember("", spec, rules);
    }

    private static string? WrongMember(string path, JsonElement value, JsonElement rules)
    {
        if (Member(rules, "properties", JsonValueKind.Object) is not { } properties)
        {
            return null;
        }

        foreach (var member in value.EnumerateObject())
        {
            if (properties.TryGetProperty(member.Name, out var rule) && rule.ValueKind == JsonValueKind.Object && WrongValue($"{path}{member.Name}", member.Value, rule) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private static string? WrongValue(string path, JsonElement value, JsonElement rule)
    {
        var type = Member(rule, "type", JsonValueKind.String)?.GetString() ?? "";
        if (!IsOf(value, type))
        {
            return $"{path} is to be of the type {type}";
        }

        if (Member(rule, "enum", JsonValueKind.Array) is { } allowed && allowed.GetArrayLength() > 0 && !allowed.EnumerateArray().Any(a => JsonElement.DeepEquals(a, value)))
        {
            return $"{path} is to be one of {allowed.GetRawText()}";
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return WrongMember($"{path}.", value, rule);
        }

        if (value.ValueKind != JsonValueKind.Array || Member(rule, "items", JsonValueKind.Object) is not { } items)
        {
            return null;
        }

        return value.EnumerateArray().Select((item, i) => WrongValue($"{path}[{i}]", item, items)).FirstOrDefault(w => w is not null);
    }

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        _ => true,
    };

    private static JsonElement? Member(JsonElement rules, string name, JsonValueKind kind) =>
        rules.TryGetProperty(name, out var member) && member.ValueKind == kind ? member : null;
}
