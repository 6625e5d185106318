using System.Net;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Keys;

/// <summary>What is in one namespace does not exist for the keys of another.</summary>
public sealed class NamespaceTests(KeyFixture fixture) : IClassFixture<KeyFixture>
{
    private readonly string _mine = $"mine-{Guid.NewGuid():N}"[..16];
    private readonly string _theirs = $"theirs-{Guid.NewGuid():N}"[..16];

    [Fact]
    public async Task A_request_without_a_namespace_is_for_the_one_of_its_key()
    {
        var api = await fixture.As("submitter", _mine);
        var id = await api.SubmitAsync("""{"func":"f","queue":"q"}""");
        (await api.GetAsync($"/v1/processes/{id}")).Body!["namespace"]!.GetValue<string>().ShouldBe(_mine);
        (await api.GetAsync($"/v1/processes/{id}?namespace={_mine}")).Status.ShouldBe(HttpStatusCode.OK);
        (await fixture.Operator.GetAsync($"/v1/processes/{id}?namespace={_mine}")).Body!["createdBy"]!.GetValue<string>().ShouldBe($"submitter of {_mine}");
        (await fixture.Operator.GetAsync($"/v1/processes/{id}")).Status.ShouldBe(HttpStatusCode.NotFound, "in the default namespace");
    }

    [Fact]
    public async Task A_process_of_another_is_neither_listed_nor_found_nor_assigned_nor_changed()
    {
        var theirs = await fixture.As("submitter", _theirs);
        var id = await theirs.SubmitAsync("""{"func":"f","queue":"q"}""");
        var mine = await fixture.As("operator", _mine);

        (await mine.GetAsync("/v1/processes")).Body!["items"]!.AsArray().ShouldBeEmpty();
        (await mine.GetAsync("/v1/queues")).Body!["items"]!.AsArray().ShouldBeEmpty();
        (await mine.GetAsync($"/v1/processes/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await mine.GetAsync($"/v1/processes/{id}?namespace={_theirs}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await mine.PostAsync($"/v1/processes/{id}/cancel?namespace={_theirs}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await mine.PostAsync($"/v1/processes/{id}/cancel")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await mine.AssignAsync("q", wait: "300ms")).ShouldBeEmpty();
        (await mine.PostAsync("/v1/processes/bulk", """{"action":"cancel","filter":{"queue":"q"}}""")).Body!["matched"]!.GetValue<int>().ShouldBe(0);
        (await mine.PostAsync("/v1/processes", $$"""[{"func":"f","namespace":"{{_theirs}}"},{"func":"f"}]""")).Body!["items"]!.AsArray()
            .Select(i => i!["status"]!.GetValue<int>()).ShouldBe([403, 201]);
        (await theirs.GetAsync($"/v1/processes/{id}")).Body!["status"]!.GetValue<string>().ShouldBe("waiting");
        (await (await fixture.As("worker", _theirs)).AssignAsync("q")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_tells_of_its_own_namespace_only()
    {
        await using var stream = await Sse.OpenAsync(await fixture.As("reader", _mine), "/v1/events");
        await using var all = await Sse.OpenAsync(fixture.Operator, "/v1/events");
        await (await fixture.As("submitter", _theirs)).SubmitAsync("""{"id":"theirs","func":"f"}""");
        await (await fixture.As("submitter", _mine)).SubmitAsync("""{"id":"mine","func":"f"}""");

        (await stream.NextAsync()).ShouldNotBeNull().Data.Id().ShouldBe("mine");
        var seen = new HashSet<string>();
        while (!seen.IsSupersetOf(["mine", "theirs"]))
        {
            seen.Add((await all.NextAsync()).ShouldNotBeNull().Data.Id());
        }
    }

    [Fact]
    public async Task The_operator_of_a_namespace_rules_over_its_keys_only()
    {
        var mine = await fixture.As("operator", _mine);
        var (theirs, _) = await fixture.NewAsync("worker", _theirs);
        var (status, made) = await mine.PostAsync("/v1/keys", """{"name":"another","role":"operator"}""");
        (status, made!["namespace"]!.GetValue<string>()).ShouldBe((HttpStatusCode.Created, _mine));

        (await mine.GetAsync("/v1/keys")).Body!["items"]!.AsArray().Select(k => k!["namespace"]!.GetValue<string>()).Distinct().ShouldBe([_mine]);
        (await mine.PostAsync("/v1/keys", """{"name":"all","role":"reader","namespace":"*"}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await mine.SendAsync(HttpMethod.Delete, $"/v1/keys/{theirs}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await mine.SendAsync(HttpMethod.Delete, "/v1/keys/first")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await mine.SendAsync(HttpMethod.Delete, $"/v1/keys/{made.Id()}")).Status.ShouldBe(HttpStatusCode.NoContent);
    }
}
