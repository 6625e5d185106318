using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Muster.Seed;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Keys;

/// <summary>Every route of the served document, called without a key, with every kind of key, and with the key of another namespace.</summary>
public sealed class RouteTests(KeyFixture fixture) : IClassFixture<KeyFixture>
{
    private const string Everybody = "reader submitter worker operator";
    private const string Submitters = "submitter operator";
    private const string Workers = "worker operator";
    private const string Operators = "operator";

    private static readonly string[] Roles = Everybody.Split(' ');

    // Whoever adds a route says here who may call it.
    private static readonly Dictionary<string, string> Admitted = new()
    {
        ["submit"] = Submitters,
        ["list"] = Everybody,
        ["get"] = Everybody,
        ["cancel"] = Submitters,
        ["retry"] = Submitters,
        ["priority"] = Submitters,
        ["attributes"] = "submitter worker operator",
        ["history"] = Everybody,
        ["bulk"] = Operators,
        ["logs"] = Everybody,
        ["files"] = Everybody,
        ["file-put"] = "submitter worker operator",
        ["file-get"] = Everybody,
        ["assign"] = Workers,
        ["attempt-heartbeat"] = Workers,
        ["attempt-progress"] = Workers,
        ["attempt-logs"] = Workers,
        ["attempt-complete"] = Workers,
        ["attempt-fail"] = Workers,
        ["attempt-release"] = Workers,
        ["attempts-heartbeat"] = Workers,
        ["attempts-progress"] = Workers,
        ["attempts-logs"] = Workers,
        ["attempts-complete"] = Workers,
        ["attempts-fail"] = Workers,
        ["attempts-release"] = Workers,
        ["workflow-submit"] = Submitters,
        ["workflows"] = Everybody,
        ["workflow"] = Everybody,
        ["workflow-cancel"] = Submitters,
        ["workflow-add-node"] = "submitter worker operator",
        ["executor-register"] = Workers,
        ["executors"] = Everybody,
        ["executor"] = Everybody,
        ["executor-heartbeat"] = Workers,
        ["executor-remove"] = Workers,
        ["queues"] = Everybody,
        ["queue"] = Everybody,
        ["queue-put"] = Operators,
        ["queue-limits"] = Operators,
        ["queue-pause"] = Operators,
        ["queue-resume"] = Operators,
        ["schedules"] = Everybody,
        ["schedule"] = Everybody,
        ["schedule-create"] = Submitters,
        ["schedule-put"] = Submitters,
        ["schedule-remove"] = Submitters,
        ["schedule-pause"] = Submitters,
        ["schedule-resume"] = Submitters,
        ["schedule-trigger"] = Submitters,
        ["generators"] = Everybody,
        ["generator"] = Everybody,
        ["generator-create"] = Submitters,
        ["generator-remove"] = Submitters,
        ["generator-pack"] = Submitters,
        ["deployments"] = Everybody,
        ["deployment"] = Everybody,
        ["deployment-put"] = Operators,
        ["deployment-remove"] = Operators,
        ["deployment-enable"] = Operators,
        ["deployment-disable"] = Operators,
        ["deployment-revisions"] = Everybody,
        ["deployment-roll-back"] = Operators,
        ["deployment-instances"] = Everybody,
        ["deployment-decisions"] = Everybody,
        ["deployment-logs"] = Everybody,
        ["deployments-plan"] = Operators,
        ["deployments-apply"] = Operators,
        ["secrets"] = Operators,
        ["secret-put"] = Operators,
        ["secret-remove"] = Operators,
        ["secrets-re-encrypt"] = Operators,
        ["events"] = Everybody,
        ["keys"] = Operators,
        ["key-create"] = Operators,
        ["key-revoke"] = Operators,
        ["cluster"] = Everybody,
        ["cluster-events"] = Everybody,
        ["cluster-leave"] = Operators,
        ["cluster-down"] = Operators,
        ["cluster-down-unreachable"] = Operators,
        ["cluster-join"] = Operators,
        ["cluster-drain"] = Operators,
        ["cluster-undrain"] = Operators,
        ["cluster-nodes"] = Everybody,
        ["cluster-shards"] = Everybody,
        ["cluster-locate"] = Everybody,
        ["cluster-actors"] = Everybody,
        ["cluster-settings"] = Everybody,
        ["cluster-log-level"] = Operators,
        ["cluster-logs"] = Everybody,
    };

    // What goes on in the cluster is not of one namespace.
    private static bool IsOfAllNamespaces(Route route) => route.Path.StartsWith("/v1/cluster", StringComparison.Ordinal);

    // A good body that names the namespace b. In a batch each item gets its own verdict.
    private static readonly Dictionary<string, string> BodiesForB = new()
    {
        ["submit"] = """{"namespace":"b","func":"f"}""",
        ["assign"] = """{"namespace":"b","executor":"w","queues":["default"],"wait":0}""",
        ["executor-register"] = """{"namespace":"b","id":"w"}""",
        ["schedule-create"] = """{"namespace":"b","every":"1h","process":{"func":"f"}}""",
        ["schedule-put"] = """{"namespace":"b","every":"1h","process":{"func":"f"}}""",
        ["deployment-put"] = """{"namespace":"b","runtime":"exec","command":["x"]}""",
        ["deployments-plan"] = """{"deployments":[{"name":"n","namespace":"b","runtime":"exec","command":["x"]}]}""",
        ["deployments-apply"] = """{"deployments":[{"name":"n","namespace":"b","runtime":"exec","command":["x"]}]}""",
        ["generator-create"] = """{"namespace":"b","count":2,"process":{"func":"f"}}""",
        ["key-create"] = """{"namespace":"b","name":"n","role":"reader"}""",
        ["workflow-submit"] = """{"namespace":"b","nodes":[{"name":"n","func":"f"}]}""",
        ["attempt-heartbeat"] = """{"namespace":"b"}""",
        ["attempt-progress"] = """{"namespace":"b"}""",
        ["attempt-logs"] = """{"namespace":"b","lines":[{"sequence":1,"text":"t"}]}""",
        ["attempt-complete"] = """{"namespace":"b"}""",
        ["attempt-fail"] = """{"namespace":"b"}""",
        ["attempt-release"] = """{"namespace":"b"}""",
        ["attempts-heartbeat"] = Batch,
        ["attempts-progress"] = Batch,
        ["attempts-logs"] = Batch,
        ["attempts-complete"] = Batch,
        ["attempts-fail"] = Batch,
        ["attempts-release"] = Batch,
    };

    private const string Batch = """{"items":[{"namespace":"b","id":"nobody","attempt":1,"lines":[{"sequence":1,"text":"t"}]}]}""";

    [Fact]
    public async Task Every_route_says_here_who_may_call_it() =>
        (await Route.AllAsync(fixture.Operator)).Select(r => r.Name).ShouldBe(Admitted.Keys, ignoreOrder: true);

    [Fact]
    public async Task Without_a_good_key_nothing_is_answered()
    {
        var (id, revoked) = await fixture.NewAsync("operator", "*");
        (await fixture.Operator.SendAsync(HttpMethod.Delete, $"/v1/keys/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        var unknown = KeyFixture.Bootstrap.Replace("first", "other", StringComparison.Ordinal);
        var wrong = KeyFixture.Bootstrap[..^1] + "0";
        foreach (var route in await Route.AllAsync(fixture.Operator))
        {
            var (status, body, challenge) = await route.CallAsync(fixture.Seed.Api);
            (status, challenge).ShouldBe((HttpStatusCode.Unauthorized, "Bearer realm=\"muster\""), route.Name);
            body!["detail"]!.GetValue<string>().ShouldContain("needs the key of");
            foreach (var text in new[] { revoked, unknown, wrong, "nonsense", $"muster_{id}_", "Bearer" })
            {
                (status, body, challenge) = await route.CallAsync(fixture.With(text));
                (status, challenge).ShouldBe((HttpStatusCode.Unauthorized, "Bearer realm=\"muster\", error=\"invalid_token\""), $"{route.Name} with {text}");
                body!["detail"]!.GetValue<string>().ShouldContain("no such key");
            }
        }
    }

    [Theory]
    [InlineData("*")]
    [InlineData("a")]
    public async Task A_role_reaches_what_it_is_for_and_nothing_else(string nameSpace)
    {
        foreach (var route in await Route.AllAsync(fixture.Operator))
        {
            foreach (var role in Roles)
            {
                var (status, body, _) = await route.CallAsync(await fixture.As(role, nameSpace));
                if (nameSpace != "*" && IsOfAllNamespaces(route))
                {
                    status.ShouldBe(HttpStatusCode.Forbidden, $"{route.Name} as {role}");
                }
                else if (Admitted[route.Name].Split(' ').Contains(role))
                {
                    status.ShouldNotBeOneOf([HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden], $"{route.Name} as {role}");
                }
                else
                {
                    status.ShouldBe(HttpStatusCode.Forbidden, $"{route.Name} as {role}");
                    body!["detail"]!.GetValue<string>().ShouldContain(Admitted[route.Name].Split(' ')[0]);
                }
            }
        }
    }

    [Fact]
    public async Task The_address_of_another_namespace_leads_nowhere()
    {
        foreach (var route in await Route.AllAsync(fixture.Operator))
        {
            var (status, _, _) = await route.CallAsync(await fixture.As(Admitted[route.Name].Split(' ')[0], "a"), "?namespace=b");
            // Whether there is such a thing is not told.
            status.ShouldBe(route.IsForOne ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden, route.Name);
        }
    }

    [Fact]
    public async Task A_body_that_names_another_namespace_does_nothing()
    {
        var routes = (await Route.AllAsync(fixture.Operator)).Where(r => r.NamesNamespace).ToList();
        routes.Select(r => r.Name).ShouldBe(BodiesForB.Keys, ignoreOrder: true);
        foreach (var route in routes)
        {
            var api = await fixture.As(Admitted[route.Name].Split(' ')[0], "a");
            if (BodiesForB[route.Name] == Batch)
            {
                var (status, body) = await api.SendAsync(HttpMethod.Post, route.Path, Batch);
                status.ShouldBe(HttpStatusCode.OK);
                body!["items"]![0]!["status"]!.GetValue<int>().ShouldBe(403, route.Name);
            }
            else if (!route.IsForOne || route.Method == "PUT")
            {
                (await route.CallAsync(api, body: BodiesForB[route.Name])).Status.ShouldBe(HttpStatusCode.Forbidden, route.Name);
            }
            else
            {
                // The path and the address alone say which attempt it is.
                (await route.CallAsync(api, body: BodiesForB[route.Name])).Body!["detail"]!.GetValue<string>().ShouldContain("a/nobody", Case.Sensitive, route.Name);
            }
        }

        foreach (var what in new[] { "processes", "executors", "workflows", "schedules", "generators", "deployments" })
        {
            (await fixture.Operator.GetAsync($"/v1/{what}?namespace=b")).Body!["items"]!.AsArray().ShouldBeEmpty();
        }

        (await fixture.Operator.GetAsync("/v1/keys?namespace=b")).Body!["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_what_tells_nothing_of_work_is_open()
    {
        var document = (await Route.AllAsync(fixture.Operator)).Select(r => r.Path).ToHashSet();
        var others = fixture.Seed.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/')).Where(p => !p.StartsWith("/v1/", StringComparison.Ordinal)).Distinct().ToList();
        foreach (var path in others)
        {
            var at = path.Replace("{documentName}", "v1", StringComparison.Ordinal).Replace("{documentName?}", "", StringComparison.Ordinal);
            using var response = await fixture.Seed.Api.Http.GetAsync(new Uri(at, UriKind.Relative));
            response.StatusCode.ShouldBe(
                path switch
                {
                    "/metrics" => HttpStatusCode.Unauthorized,
                    // Messages there say themselves who sends them.
                    "/api" => HttpStatusCode.MethodNotAllowed,
                    "/pubsub" => HttpStatusCode.BadRequest,
                    _ => HttpStatusCode.OK,
                }, path);
        }

        others.Where(p => !p.StartsWith("/scalar", StringComparison.Ordinal)).ShouldBe(["/api", "/health", "/health/live", "/health/ready", "/metrics", "/openapi/{documentName}.json", "/pubsub"], ignoreOrder: true);
    }

    [Fact]
    public async Task Numbers_of_all_namespaces_are_for_keys_of_all()
    {
        (await (await fixture.As("reader", "*")).GetAsync("/metrics")).Status.ShouldBe(HttpStatusCode.OK);
        (await (await fixture.As("operator", "a")).GetAsync("/metrics")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Nothing_is_there_for_who_guesses_paths()
    {
        (await fixture.Seed.Api.GetAsync("/v1/nothing")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await fixture.Seed.Api.SendAsync(HttpMethod.Delete, "/v1/processes")).Status.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task A_route_that_declares_nobody_is_for_nobody()
    {
        await using var app = SeedHost.Build(new SeedSettings { Store = "memory", Slots = 0, Urls = "http://127.0.0.1:0", LogLevel = Microsoft.Extensions.Logging.LogLevel.Critical });
        Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(app, "/v1/forgotten", () => "reached");
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var response = await http.GetAsync(new Uri("/v1/forgotten", UriKind.Relative));
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await response.Content.ReadAsStringAsync()).ShouldContain("does not declare who may call it");
    }
}
