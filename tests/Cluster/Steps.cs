using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;

namespace Muster.Tests.Cluster;

/// <summary>What tests say again and again.</summary>
internal static class Steps
{
    public static string Id(this JsonNode node) => node["id"]!.GetValue<string>();

    public static int Attempt(this JsonNode node) => node["attempt"]!.GetValue<int>();

    public static string Status(this JsonNode node) => node["status"]!.GetValue<string>();

    public static string Reason(this JsonNode node) => node["reason"]!.GetValue<string>();

    public static DateTimeOffset Time(this JsonNode node, string field) => DateTimeOffset.Parse(node[field]!.GetValue<string>(), CultureInfo.InvariantCulture);

    /// <summary>Says something of the attempt of an assignment.</summary>
    public static Task<(HttpStatusCode Status, JsonNode? Body)> SayAsync(this Api api, JsonNode assignment, string verb, string json = "{}") =>
        api.AttemptAsync(assignment.Id(), assignment.Attempt(), verb, json);

    /// <summary>Completes an assignment.</summary>
    public static Task CompleteAsync(this Api api, JsonNode assignment, string json = "{}") => api.SayAsync(assignment, "complete", json).OkAsync();

    /// <summary>Fails an assignment.</summary>
    public static Task FailAsync(this Api api, JsonNode assignment, string json = """{"error":"broken"}""") => api.SayAsync(assignment, "fail", json).OkAsync();

    /// <summary>The answer was a success; gives its body.</summary>
    public static async Task<JsonNode> OkAsync(this Task<(HttpStatusCode Status, JsonNode? Body)> call)
    {
        var (status, body) = await call;
        ((int)status).ShouldBeInRange(200, 299, body?.ToJsonString());
        return body!;
    }

    /// <summary>The answer was a refusal that says why, and where when a field is to blame.</summary>
    public static async Task RefusedAsync(this Task<(HttpStatusCode Status, JsonNode? Body)> call, int refusal, string part)
    {
        var (status, body) = await call;
        ((int)status).ShouldBe(refusal, body?.ToJsonString());
        body.ShouldNotBeNull();
        body["status"]!.GetValue<int>().ShouldBe(refusal);
        $"{body["detail"]} [{body["field"]}]".ShouldContain(part);
    }

    /// <summary>One process with spec and result.</summary>
    public static Task<JsonNode> ProcessAsync(this Api api, string id) => api.GetAsync($"/v1/processes/{id}").OkAsync();

    /// <summary>The transitions of a process.</summary>
    public static async Task<IReadOnlyList<JsonNode>> HistoryAsync(this Api api, string id) =>
        [.. (await api.GetAsync($"/v1/processes/{id}/history").OkAsync())["items"]!.AsArray().Select(i => i!)];

    /// <summary>The names of the transitions of a process.</summary>
    public static async Task<string> StoryAsync(this Api api, string id) => string.Join(' ', (await api.HistoryAsync(id)).Select(i => i["event"]!.GetValue<string>()));

    /// <summary>The ids of a list.</summary>
    public static async Task<IReadOnlyList<string>> IdsAsync(this Api api, string path) =>
        [.. (await api.GetAsync(path).OkAsync())["items"]!.AsArray().Select(i => i!.Id())];

    /// <summary>Nothing comes within a moment.</summary>
    public static async Task NothingAsync(this Api api, string queue, string more = "", string executor = "nobody") =>
        (await api.AssignAsync(queue, executor, wait: "400ms", more: more)).ShouldBeEmpty();
}
