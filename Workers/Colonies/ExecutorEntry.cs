using System.Text.Json.Nodes;

namespace Muster.Workers.Colonies;

/// <summary>An executor as the server lists it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="State">0 pending, 1 approved, 2 rejected, 3 unregistered.</param>
public sealed record ExecutorEntry(string Id, string Name, string Type, int State)
{
    private static readonly string[] Words = ["pending", "approved", "rejected", "unregistered"];

    /// <summary>The state as a word.</summary>
    public string StateWord => State >= 0 && State < Words.Length ? Words[State] : $"state {State}";

    internal static ExecutorEntry Of(JsonObject json) =>
        new((string?)json["executorid"] ?? "", (string?)json["executorname"] ?? "", (string?)json["executortype"] ?? "", (int?)json["state"] ?? 0);
}
