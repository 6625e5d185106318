using System.Globalization;

namespace Muster.Node;

/// <summary>The settings of a node as they are shown to those who look at it from elsewhere.</summary>
internal static class NodeFacts
{
    /// <summary>The settings by the names of their options. Secrets are masked where they are shown.</summary>
    public static IReadOnlyDictionary<string, string> Of(NodeSettings settings) => new Dictionary<string, string>
    {
        ["name"] = settings.Name,
        ["data"] = Path.GetFullPath(settings.Data),
        ["seed"] = settings.Seed ?? "",
        ["store"] = settings.Store ?? "",
        ["queues"] = string.Join(',', settings.Queues),
        ["slots"] = settings.Slots?.ToString(CultureInfo.InvariantCulture) ?? "4 for each processor",
        ["drain"] = settings.Drain.ToString("c", CultureInfo.InvariantCulture),
        ["exec"] = settings.Exec ? "true" : "false",
    };
}
