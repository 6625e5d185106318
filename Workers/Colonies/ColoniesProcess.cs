using System.Text.Json.Nodes;

namespace Muster.Workers.Colonies;

/// <summary>A process as the server describes it.</summary>
/// <param name="Json">All of it.</param>
public sealed record ColoniesProcess(JsonObject Json)
{
    private const int EnvironmentAttribute = 3;

    /// <summary>Its id: 64 hex digits.</summary>
    public string Id => Text(Json, "processid");

    /// <summary>How it stands.</summary>
    public ProcessState State => (ProcessState)Number(Json, "state");

    /// <summary>What it is to run.</summary>
    public string Function => Text(Spec, "funcname");

    /// <summary>What that is given, in order.</summary>
    public JsonArray Args => Spec["args"] as JsonArray ?? [];

    /// <summary>What that is given by name.</summary>
    public JsonObject KwArgs => Spec["kwargs"] as JsonObject ?? [];

    /// <summary>How long it may run; null for ever. After it the server gives the process to another executor.</summary>
    public TimeSpan? MaxExec => Number(Spec, "maxexectime") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>The id of the executor that has it; empty when none.</summary>
    public string Executor => Text(Json, "assignedexecutorid");

    /// <summary>How often it went back to its queue because it took too long.</summary>
    public int Retries => (int)Number(Json, "retries");

    /// <summary>What its parents in a workflow returned.</summary>
    public JsonArray In => Json["in"] as JsonArray ?? [];

    /// <summary>What it returned.</summary>
    public JsonArray Out => Json["out"] as JsonArray ?? [];

    /// <summary>Why it failed.</summary>
    public IReadOnlyList<string> Errors => Json["errors"] is JsonArray errors ? [.. errors.Select(e => e?.ToString() ?? "")] : [];

    /// <summary>The environment that it is to run in: its attributes of that type, and <c>env</c> of what was submitted where a server gives only that.</summary>
    public IReadOnlyDictionary<string, string> Environment
    {
        get
        {
            var all = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in Spec["env"] as JsonObject ?? [])
            {
                all[name] = value?.ToString() ?? "";
            }

            foreach (var attribute in (Json["attributes"] as JsonArray ?? []).OfType<JsonObject>().Where(a => Number(a, "attributetype") == EnvironmentAttribute))
            {
                all[Text(attribute, "key")] = Text(attribute, "value");
            }

            return all;
        }
    }

    private JsonObject Spec => Json["spec"] as JsonObject ?? [];

    private static string Text(JsonObject from, string name) => from[name] is JsonValue v && v.TryGetValue<string>(out var text) ? text : "";

    private static long Number(JsonObject from, string name) => from[name] is JsonValue v && v.TryGetValue<long>(out var number) ? number : 0;
}
