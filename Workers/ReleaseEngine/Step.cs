using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Workers.ReleaseEngine;

/// <summary>A step as the core hands it out.</summary>
/// <param name="CorrelationId">The deployment; <c>None</c> when the message did not say.</param>
/// <param name="Group">The release group; empty when the message did not say.</param>
/// <param name="Parameters">The arguments of the step, with <c>command</c>, <c>subcommand</c> and <c>hosts</c>.</param>
/// <param name="Dynamic">The values that were given when the deployment started.</param>
/// <param name="Notify">Who is told of what: phase, transport, targets.</param>
public sealed record Step(string CorrelationId, string Group, JsonObject Parameters, JsonObject Dynamic, JsonObject Notify)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>What stands before the colon in the name of the step.</summary>
    public string Command => TextOf("command") ?? "";

    /// <summary>What stands after the colon.</summary>
    public string Subcommand => TextOf("subcommand") ?? "";

    /// <summary>The hosts: one for a step, none for a check before or after the deployment.</summary>
    public IReadOnlyList<string> Hosts => Parameters["hosts"] is JsonArray hosts ? [.. hosts.Select(h => h?.ToString() ?? "")] : [];

    /// <summary>A parameter that is a text.</summary>
    /// <returns>Null when it is not there or is something else.</returns>
    public string? TextOf(string name) => Parameters[name] is JsonValue v && v.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Reads a message.</summary>
    /// <param name="body">Its body.</param>
    /// <param name="correlationId">Its correlation id.</param>
    /// <param name="problem">What is wrong with it; null when nothing is.</param>
    /// <returns>Null when it is no step.</returns>
    internal static Step? Parse(ReadOnlySpan<byte> body, string correlationId, out string? problem)
    {
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(body, null, Strict);
        }
        catch (JsonException e)
        {
            problem = $"it is no JSON: {e.Message}";
            return null;
        }

        if (node is not JsonObject message)
        {
            problem = "it is no JSON object";
            return null;
        }

        problem = null;
        if (message["parameters"] is not JsonObject parameters)
        {
            problem = "it has no object \"parameters\"";
            return null;
        }

        return new Step(
            correlationId, message["group"] is JsonValue v && v.TryGetValue<string>(out var group) ? group : "",
            parameters, message["dynamic"] as JsonObject ?? [], message["notify"] as JsonObject ?? []);
    }
}
