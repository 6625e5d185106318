using System.Text.Json.Nodes;
using Muster.Tests.Support;

namespace Muster.Tests.Cluster.Schedules;

/// <summary>What tests of schedules say again and again.</summary>
internal static class ScheduleSteps
{
    /// <summary>Makes a schedule of a process.</summary>
    /// <param name="api">The gateway.</param>
    /// <param name="id">Its id.</param>
    /// <param name="queue">The queue of its process.</param>
    /// <param name="fields">When, and how: fields without braces.</param>
    public static Task<JsonNode> ScheduleAsync(this Api api, string id, string queue, string fields) =>
        api.PostAsync("/v1/schedules", Body(id, queue, fields)).OkAsync();

    /// <summary>The body of a schedule of a process.</summary>
    public static string Body(string id, string queue, string fields) => $$"""{"id":"{{id}}",{{fields}},"process":{"queue":"{{queue}}","func":"f"} }""";

    /// <summary>The schedule, when a condition holds for it.</summary>
    public static Task<JsonNode> ScheduleUntilAsync(this Api api, string id, Func<JsonNode, bool> good) =>
        Eventually.SeeAsync(() => api.GetAsync($"/v1/schedules/{id}").OkAsync(), good);

    /// <summary>A number of a schedule or generator.</summary>
    public static long Number(this JsonNode node, string field) => node[field]!.GetValue<long>();

    /// <summary>The processes of a queue, the oldest first.</summary>
    public static async Task<IReadOnlyList<JsonNode>> OfQueueAsync(this Api api, string queue) =>
        [.. (await api.GetAsync($"/v1/processes?queue={queue}&limit=1000").OkAsync())["items"]!.AsArray().Select(i => i!).Reverse()];
}
