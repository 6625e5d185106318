using System.Net;
using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Deployments;

/// <summary>What is wanted: deployments over HTTP, without anything that runs them.</summary>
public sealed class DeploymentTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    private readonly string _name = Fresh("d");

    [Fact]
    public async Task A_deployment_is_made_shown_changed_returned_to_and_removed()
    {
        var (status, made) = await PutAsync("""{"runtime":"exec","command":["sleep","1"],"replicas":0}""");
        (status, Revision(made), made!["enabled"]!.GetValue<bool>(), made["replicas"]!.GetValue<int>()).ShouldBe((HttpStatusCode.Created, 1, true, 0));
        (status, made) = await PutAsync("""{"runtime":"exec","command":["sleep","1"],"replicas":0}""");
        (status, Revision(made), made!["version"]!.GetValue<int>()).ShouldBe((HttpStatusCode.OK, 1, 1));
        Revision((await PutAsync("""{"runtime":"exec","command":["sleep","2"],"replicas":"one-per-node","enabled":false}""")).Body).ShouldBe(2);
        var shown = (await Api.GetAsync(Path)).Body!;
        (shown["replicas"]!.GetValue<string>(), shown["enabled"]!.GetValue<bool>(), shown["template"]!["command"]!.ToJsonString()).ShouldBe(("one-per-node", false, """["sleep","2"]"""));
        Revision((await Api.PostAsync($"{Path}/enable")).Body).ShouldBe(2);
        Revision((await Api.PostAsync($"{Path}/disable")).Body).ShouldBe(2);
        var back = (await Api.PostAsync($"{Path}/rollback")).Body!;
        (Revision(back), back["latestRevision"]!.GetValue<int>(), back["template"]!["command"]![1]!.GetValue<string>()).ShouldBe((1, 2, "1"));
        (await Api.GetAsync($"{Path}/revisions")).Body!["items"]!.AsArray().Select(Revision).ShouldBe([2, 1]);
        await Api.PostAsync($"{Path}/rollback", """{"revision":9}""").RefusedAsync(404, "no revision 9");
        (await Api.GetAsync("/v1/deployments?limit=1000")).Body!["items"]!.AsArray().Select(d => d!["name"]!.GetValue<string>()).ShouldContain(_name);
        (await Api.SendAsync(HttpMethod.Delete, Path)).Status.ShouldBe(HttpStatusCode.NoContent);
        await Api.GetAsync(Path).RefusedAsync(404, "no deployment");
        Revision((await PutAsync("""{"runtime":"exec","command":["sleep","1"],"enabled":false}""")).Body).ShouldBe(3);
    }

    [Fact]
    public async Task Of_two_callers_one_wins_and_the_other_is_told_the_present_revision()
    {
        await PutAsync(Off("a"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => PutAsync(Off($"b{i}"), "\"1\"")));
        answers.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
        var lost = answers.Where(a => a.Status == HttpStatusCode.Conflict).ToList();
        lost.Count.ShouldBe(7);
        lost.ShouldAllBe(a => a.Body!["revision"]!.GetValue<int>() == 2);
        (await PutAsync(Off("c"), "\"2.1\"")).Status.ShouldBe(HttpStatusCode.Conflict);
        (await PutAsync(Off("c"), "\"2.2\"")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_is_wrong_is_refused_whole_with_every_fault_named()
    {
        var (status, body) = await PutAsync(
            """
            {"runtime":"python","command":["x"],"replicas":-1,"slots":0,"protocol":"self","env":{"A=B":"c"},"secrets":{"X":"not a name"},
             "update":{"maxUnavailable":0,"maxSurge":0},"scale":{"min":5,"max":2},"health":{"http":"ftp://x","tcp":"y"},"resources":{"memory":1}}
            """);
        status.ShouldBe(HttpStatusCode.BadRequest);
        var fields = body!["errors"]!.AsArray().Select(e => e!["field"]!.GetValue<string>()).ToList();
        foreach (var field in new[] { "code", "command", "replicas", "slots", "protocol", "env.A=B", "secrets.X", "update", "scale.max", "scale", "health", "health.http", "health.tcp", "resources.memory" })
        {
            fields.ShouldContain(field);
        }

        await Api.GetAsync(Path).RefusedAsync(404, "no deployment");
        (await PutAsync("""{"runtime":"exec","comand":["x"]}""")).Body!["detail"]!.GetValue<string>().ShouldContain("comand");
        (await PutAsync("""{"runtime":"brainfuck"}""")).Body!["detail"]!.GetValue<string>().ShouldContain("exec, python");
        (await PutAsync(Off("a"), "\"one\"")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_file_shows_what_it_would_change_and_then_changes_it()
    {
        var other = Fresh("e");
        string File(string command) => $$"""{"deployments":[{"name":"{{_name}}","runtime":"exec","command":["{{command}}"],"enabled":false},{"name":"{{other}}","namespace":"files","runtime":"exec","command":["y"],"enabled":false}]}""";
        (await ActionsAsync("plan", File("x"))).ShouldBe(["create", "create"]);
        await Api.GetAsync(Path).RefusedAsync(404, "no deployment");
        (await ActionsAsync("apply", File("x"))).ShouldBe(["create", "create"]);
        (await ActionsAsync("apply", File("x"))).ShouldBe(["unchanged", "unchanged"]);
        var plan = (await Api.PostAsync("/v1/deployments/plan", File("z"))).Body!["items"]![0]!;
        (plan["action"]!.GetValue<string>(), plan["newRevision"]!.GetValue<bool>(), plan["fields"]!.ToJsonString()).ShouldBe(("update", true, """["command"]"""));
        (await Api.PostAsync("/v1/deployments/apply", File("z"))).Body!["items"]![0]!["revision"]!.GetValue<int>().ShouldBe(2);
        var prune = $$"""{"prune":true,"deployments":[{"name":"kept","namespace":"files","runtime":"exec","command":["y"],"enabled":false}]}""";
        (await ActionsAsync("plan", prune)).ShouldBe(["create", "delete"]);
        (await ActionsAsync("apply", prune)).ShouldBe(["create", "delete"]);
        await Api.GetAsync($"/v1/deployments/{other}?namespace=files").RefusedAsync(404, "no deployment");
        var wrong = await Api.PostAsync("/v1/deployments/apply", $$"""{"deployments":[{"name":"{{_name}}","runtime":"exec"},{"name":"{{_name}}","runtime":"exec","command":["x"]},{"name":"a b","runtime":"exec","command":["x"]}]}""");
        wrong.Body!["errors"]!.AsArray().Select(e => e!["field"]!.GetValue<string>()).ShouldBe(["deployments[0].command", "deployments[1].name", "deployments[2].name"]);
    }

    [Fact]
    public async Task Without_a_key_secrets_are_refused_with_what_to_do() =>
        await Api.SendAsync(HttpMethod.Put, "/v1/secrets/token", """{"value":"v"}""").RefusedAsync(400, "--secrets-key-file");

    private string Path => $"/v1/deployments/{_name}";

    private static string Off(string command) => $$"""{"runtime":"exec","command":["{{command}}"],"enabled":false}""";

    private async Task<(HttpStatusCode Status, JsonNode? Body)> PutAsync(string json, string? match = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(Path, UriKind.Relative)) { Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json") };
        if (match is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", match);
        }

        using var response = await Api.Http.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync()));
    }

    private async Task<IEnumerable<string>> ActionsAsync(string verb, string json) =>
        (await Api.PostAsync($"/v1/deployments/{verb}", json)).Body!["items"]!.AsArray().Select(i => i!["action"]!.GetValue<string>());

    private static long Revision(JsonNode? node) => node!["revision"]!.GetValue<long>();
}
