using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Gateway.Colonies.OldForms;

/// <summary>Brings a message of an earlier release into the present form. Pure; what is in the present form stays as it is.</summary>
internal sealed class OldMessage
{
    // As everywhere in the dialect, names are read whatever their case.
    private static readonly JsonNodeOptions Loose = new() { PropertyNameCaseInsensitive = true };

    // What names its colony. Not the colony that is made: it has an id and a name of its own.
    private static readonly string[] Parts = ["spec", "executor", "fun", "cron", "generator", "file", "user", "location"];

    private readonly IKnownIds _ids;
    private bool _isOld;

    private OldMessage(IKnownIds ids) => _ids = ids;

    /// <summary>The present form.</summary>
    /// <param name="payloadType">The present name of the message.</param>
    /// <param name="message">The message, an object.</param>
    /// <param name="ids">What ids stand for.</param>
    /// <returns>The message, and whether it had anything of an earlier release in it.</returns>
    public static (JsonElement Message, bool IsOld) Modern(string payloadType, JsonElement message, IKnownIds ids)
    {
        var reading = new OldMessage(ids);
        var root = JsonObject.Create(message, Loose)!;
        try
        {
            reading.Root(payloadType, root);
        }
        catch (ArgumentException)
        {
            // A member stands there twice; whoever reads it says so.
            return (message, false);
        }

        return reading._isOld ? (JsonSerializer.SerializeToElement(root), true) : (message, false);
    }

    private void Root(string payloadType, JsonObject root)
    {
        Rename(root, "runtimeid", "executorid");
        Rename(root, "runtimetype", "executortype");
        Rename(root, "runtime", "executor");
        Colony(root);
        foreach (var part in Parts.Select(name => root[name]).OfType<JsonObject>())
        {
            Colony(part);
        }

        switch (payloadType)
        {
            case "submitfuncspecmsg" or "addchildmsg" when root["spec"] is JsonObject spec:
                Spec(spec);
                break;
            case "submitworkflowspecmsg" when root["spec"] is JsonObject workflow:
                Workflow(workflow);
                break;
            case "addcronmsg" when root["cron"] is JsonObject cron:
                WorkflowText(cron);
                break;
            case "addgeneratormsg" when root["generator"] is JsonObject generator:
                WorkflowText(generator);
                break;
            case "addexecutormsg" when root["executor"] is JsonObject executor:
                Rename(executor, "runtimeid", "executorid");
                Rename(executor, "runtimetype", "executortype");
                Rename(executor, "runtimename", "executorname");
                Rename(executor, "name", "executorname");
                break;
            case "addfunctionmsg" when root["fun"] is JsonObject function:
                Executor(function);
                break;
            case "addattributemsg" when root["attribute"] is JsonObject attribute:
                Colony(attribute, "targetcolonyid", "targetcolonyname");
                break;
            case "approveexecutormsg" or "rejectexecutormsg" or "removeexecutormsg" or "getexecutormsg" or "getfunctionsmsg":
                Executor(root);
                break;
        }
    }

    private void Workflow(JsonObject workflow)
    {
        Colony(workflow);
        Rename(workflow, "processspecs", "functionspecs");
        foreach (var spec in (workflow["functionspecs"] as JsonArray ?? []).OfType<JsonObject>())
        {
            Spec(spec);
        }
    }

    private void WorkflowText(JsonObject holder)
    {
        if (Text(holder, "workflowspec") is { Length: > 0 } text && Parse(text) is { } workflow)
        {
            var inside = new OldMessage(_ids);
            inside.Workflow(workflow);
            if (inside._isOld)
            {
                holder["workflowspec"] = workflow.ToJsonString();
                _isOld = true;
            }
        }
    }

    private void Spec(JsonObject spec)
    {
        Rename(spec, "func", "funcname");
        Rename(spec, "name", "nodename");
        if (Text(spec, "colonyid") is { Length: > 0 } colony && spec["conditions"] is null or JsonObject)
        {
            var holder = spec["conditions"] as JsonObject ?? new JsonObject(Loose);
            spec["conditions"] ??= holder;
            if (!holder.ContainsKey("colonyid") && Text(holder, "colonyname") is not { Length: > 0 })
            {
                holder["colonyid"] = colony;
            }
        }

        if (spec["conditions"] is JsonObject conditions)
        {
            Colony(conditions);
            Rename(conditions, "runtimetype", "executortype");
            Rename(conditions, "runtimeids", "executorids");
            Rename(conditions, "processes-per-node", "processespernode");
            Executors(conditions);
        }
    }

    // An id that nobody has stays: there is no executor of that name either, so nobody gets the process.
    private void Executors(JsonObject conditions)
    {
        if (!conditions.ContainsKey("executorids"))
        {
            return;
        }

        if (Rename(conditions, "executorids", "executornames") && conditions["executornames"] is JsonArray ids)
        {
            var colony = Text(conditions, "colonyname");
            conditions["executornames"] = new JsonArray(
                [.. ids.Select(id => id is JsonValue value && value.TryGetValue(out string? text) ? (_ids.ExecutorOf(colony, text)?.Name ?? text) : id?.DeepClone()).Select(n => (JsonNode?)n)]);
        }
    }

    private void Executor(JsonObject holder)
    {
        if (holder.ContainsKey("executorname") || Text(holder, "executorid") is not { Length: > 0 } id)
        {
            return;
        }

        _isOld = true;
        if (_ids.ExecutorOf(Text(holder, "colonyname"), id) is var (colony, name))
        {
            holder["colonyname"] = colony;
            holder["executorname"] = name;
        }
    }

    private void Colony(JsonObject holder, string id = "colonyid", string name = "colonyname")
    {
        if (Text(holder, name) is not { Length: > 0 } && Text(holder, id) is { Length: > 0 } owner)
        {
            _isOld = true;
            if (_ids.ColonyOf(owner) is { } colony)
            {
                holder[name] = colony;
            }
        }
    }

    // What has the present name already goes before.
    private bool Rename(JsonObject holder, string from, string to)
    {
        if (!holder.TryGetPropertyValue(from, out var value) || holder.ContainsKey(to))
        {
            return false;
        }

        holder.Remove(from);
        holder[to] = value;
        _isOld = true;
        return true;
    }

    private static string? Text(JsonObject holder, string name) => holder[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, Loose) as JsonObject;
        }
        catch (JsonException)
        {
            // Whoever reads it says so.
            return null;
        }
    }
}
