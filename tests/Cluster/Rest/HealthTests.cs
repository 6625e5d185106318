using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Rest;

public sealed class HealthTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task It_says_that_it_lives_and_can_serve()
    {
        (await TextAsync("/health/live")).ShouldBe("live");
        (await TextAsync("/health/ready")).ShouldBe("ready");
    }

    [Fact]
    public async Task The_numbers_are_there_for_a_collector_and_are_exact()
    {
        await SubmitAsync();
        await SubmitAsync();
        await AssignAsync();
        var lines = (await TextAsync("/metrics")).Split('\n').Where(l => l.StartsWith("muster_processes{", StringComparison.Ordinal) && l.Contains($"queue=\"{Queue}\"", StringComparison.Ordinal)).ToList();
        lines.ShouldContain(l => l.Contains("status=\"waiting\"", StringComparison.Ordinal) && l.Contains("} 1", StringComparison.Ordinal));
        lines.ShouldContain(l => l.Contains("status=\"running\"", StringComparison.Ordinal) && l.Contains("} 1", StringComparison.Ordinal));
        lines.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_document_of_the_api_lists_every_route()
    {
        var document = JsonNode.Parse(await TextAsync("/openapi/v1.json"))!;
        var listed = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(m => $"{m.Key.ToUpperInvariant()} {p.Key}")).ToHashSet();
        var routes = Seed.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText?.StartsWith("/v1", StringComparison.Ordinal) == true)
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} {e.RoutePattern.RawText!.Replace(":int", "", StringComparison.Ordinal).TrimEnd('/')}"))
            .ToList();
        routes.Count.ShouldBeGreaterThan(30);
        listed.ShouldBe(routes, ignoreOrder: true);
        foreach (var operation in document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject()).Select(m => m.Value!))
        {
            operation["summary"]!.GetValue<string>().ShouldNotBeEmpty();
            operation["responses"]!.AsObject().ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task A_person_finds_a_page_to_try_it() => (await TextAsync("/scalar")).ShouldContain("<html", Case.Insensitive);

    private async Task<string> TextAsync(string path)
    {
        using var response = await Api.Http.GetAsync(new Uri(path, UriKind.Relative));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadAsStringAsync();
    }
}
