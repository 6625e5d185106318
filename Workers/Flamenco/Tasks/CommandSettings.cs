using System.Text.Json;

namespace Muster.Workers.Flamenco.Tasks;

/// <summary>The settings of a command, read with their types. What is missing or of another type makes the task fail before its first command runs.</summary>
/// <param name="command">The name of the command, for messages.</param>
/// <param name="settings">A JSON object.</param>
internal sealed class CommandSettings(string command, JsonElement settings)
{
    public string Text(string name) => OptionalText(name) is { Length: > 0 } text ? text : throw Wrong($"the setting '{name}' is missing or empty; it has to be a text");

    public string Text(string name, string otherwise) => OptionalText(name) is { Length: > 0 } text ? text : otherwise;

    /// <summary>A text that may be empty but has to be there.</summary>
    public string AnyText(string name) => OptionalText(name) ?? throw Wrong($"the setting '{name}' is missing; it has to be a text");

    public string? OptionalText(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } other => throw Wrong($"the setting '{name}' is {other.GetRawText()}, and has to be a text"),
    };

    /// <summary>A number, with or without a fraction.</summary>
    public double Number(string name) => OptionalNumber(name) ?? throw Wrong($"the setting '{name}' is missing; it has to be a number");

    public double? OptionalNumber(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var value) && double.IsFinite(value) => value,
        { } other => throw Wrong($"the setting '{name}' is {other.GetRawText()}, and has to be a number"),
    };

    /// <summary>A whole number.</summary>
    public int Whole(string name, int least) => OptionalWhole(name, least) ?? throw Wrong($"the setting '{name}' is missing; it has to be a whole number");

    public int? OptionalWhole(string name, int least) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) && value >= least => value,
        { } other => throw Wrong($"the setting '{name}' is {other.GetRawText()}, and has to be a whole number of at least {least}"),
    };

    public CommandSettingsException Wrong(string what) => new($"{command}: {what}.");

    private JsonElement? Value(string name) => settings.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
