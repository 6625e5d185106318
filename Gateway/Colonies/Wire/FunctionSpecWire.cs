using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>What to run, as clients say it and read it back.</summary>
internal sealed record FunctionSpecWire
{
    /// <summary>Its name in a workflow.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>The function.</summary>
    public string FuncName { get; init; } = "";

    /// <summary>Positional arguments.</summary>
    public IReadOnlyList<JsonElement>? Args { get; init; }

    /// <summary>Named arguments.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Kwargs { get; init; }

    /// <summary>Each step is worth a day of waiting; -50000 to 50000.</summary>
    public int Priority { get; init; }

    /// <summary>Seconds; none when not positive.</summary>
    public int MaxWaitTime { get; init; }

    /// <summary>Seconds; none when not positive.</summary>
    public int MaxExecTime { get; init; }

    /// <summary>How often it is tried again after max exec time; -1 for ever.</summary>
    public int MaxRetries { get; init; }

    /// <summary>Who may take it.</summary>
    public ConditionsWire? Conditions { get; init; }

    /// <summary>A text to find it by.</summary>
    public string Label { get; init; } = "";

    /// <summary>What to mount; kept for the executor.</summary>
    public FileSystemWire? Fs { get; init; }

    /// <summary>Environment variables; read back as attributes too.</summary>
    public IReadOnlyDictionary<string, string>? Env { get; init; }

    /// <summary>Names of channels between the one who submitted it and its executor.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Channels { get; init; }
}
