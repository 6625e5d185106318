using System.Text.Json.Nodes;

namespace Muster.Gateway.Colonies.OldForms;

/// <summary>Adds to a reply what clients of earlier releases look for, beside what is there. Pure.</summary>
internal static class OldReply
{
    /// <summary>Every member and the name that it had; of the ids of executors, these are named below.</summary>
    private static readonly (string Present, string Old)[] Renamed =
    [
        ("executortype", "runtimetype"),
        ("executorid", "runtimeid"),
        ("assignedexecutorid", "assignedruntimeid"),
        ("processespernode", "processes-per-node"),
    ];

    /// <summary>Adds it, in all that the reply holds.</summary>
    public static void Widen(JsonNode? reply, IKnownIds ids)
    {
        switch (reply)
        {
            case JsonArray list:
                foreach (var item in list)
                {
                    Widen(item, ids);
                }

                break;
            case JsonObject part:
                Widen(part, ids);
                break;
        }
    }

    private static void Widen(JsonObject part, IKnownIds ids)
    {
        // What people gave to a function, and what it returned, is theirs.
        foreach (var (_, inner) in part.Where(m => m.Key is not ("args" or "kwargs" or "env" or "in" or "out" or "status" or "fs")).ToList())
        {
            Widen(inner, ids);
        }

        var colony = Text(part, "colonyname");
        Add(part, "colonyid", colony is null ? null : ids.OwnerOf(colony));
        Add(part, "targetcolonyid", Text(part, "targetcolonyname") is { } target ? ids.OwnerOf(target) : null);
        Add(part, "func", Text(part, "funcname"));
        // Functions of executors have no such member.
        Add(part, "name", part.ContainsKey("functionid") ? null : Text(part, "nodename") ?? Text(part, "executorname"));
        if (colony is not null && part.ContainsKey("functionid"))
        {
            Add(part, "executorid", Text(part, "executorname") is { } name ? ids.IdOf(colony, name) : null);
        }

        if (colony is not null && part["executornames"] is JsonArray names)
        {
            var list = new JsonArray([.. names.Select(n => (JsonNode?)(n is JsonValue v && v.TryGetValue(out string? text) ? ids.IdOf(colony, text) ?? text : ""))]);
            part.TryAdd("executorids", list);
            part.TryAdd("runtimeids", list.DeepClone());
        }

        foreach (var (present, old) in Renamed)
        {
            if (part[present] is { } value && !part.ContainsKey(old))
            {
                part[old] = value.DeepClone();
            }
        }
    }

    private static void Add(JsonObject part, string name, string? value)
    {
        if (value is not null)
        {
            part.TryAdd(name, value);
        }
    }

    private static string? Text(JsonObject part, string name) => part[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
