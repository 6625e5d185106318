using System.Net;
using Muster.Client;
using Muster.Seed;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Keys;

/// <summary>Making, showing and revoking keys.</summary>
public sealed class KeyTests(KeyFixture fixture) : IClassFixture<KeyFixture>
{
    [Fact]
    public async Task A_key_is_shown_once_and_never_again()
    {
        var (id, key) = await fixture.NewAsync("reader", "*");
        key.ShouldMatch($"^muster_{id}_[0-9a-f]{{64}}$");
        var secret = key.Split('_')[2];
        (await fixture.Operator.GetAsync("/v1/keys")).Body!.ToJsonString().ShouldNotContain(secret);
        (await fixture.Seed.Store.Keys.ListAsync()).Any(k => Convert.ToHexStringLower(k.Hash.Span).Contains(secret, StringComparison.Ordinal)).ShouldBeFalse();
    }

    [Fact]
    public async Task It_is_listed_with_its_last_use()
    {
        var (id, key) = await fixture.NewAsync("reader", "n");
        (await ItemAsync(id))["lastUsed"].ShouldBeNull();
        (await fixture.With(key).GetAsync("/v1/processes")).Status.ShouldBe(HttpStatusCode.OK);
        var item = await Eventually.SeeAsync(() => ItemAsync(id), i => i["lastUsed"] is not null);
        (item["name"]!.GetValue<string>(), item["role"]!.GetValue<string>(), item["namespace"]!.GetValue<string>()).ShouldBe(("reader of n", "reader", "n"));
    }

    [Fact]
    public async Task It_may_be_sent_in_a_header_of_its_own()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/processes");
        request.Headers.Add("X-Api-Key", KeyFixture.Bootstrap);
        using var response = await fixture.Seed.Api.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_and_what_it_has_open_is_cut_off()
    {
        var (id, key) = await fixture.NewAsync("worker", "*");
        var api = fixture.With(key);
        await using var stream = await Sse.OpenAsync(api, "/v1/events");
        var poll = api.PostAsync("/v1/assign", """{"executor":"w","queues":["nothing-comes"],"wait":"5m"}""");

        (await fixture.Operator.SendAsync(HttpMethod.Delete, $"/v1/keys/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);

        (await api.GetAsync("/v1/processes")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await EndAsync(poll)).ShouldBeOneOf([null, HttpStatusCode.Unauthorized], "cut off, or asked a moment too late");
        await Should.ThrowAsync<IOException>(async () => await stream.NextAsync());
        (await ItemAsync(id))["revokedAt"].ShouldNotBeNull();
        (await fixture.Operator.SendAsync(HttpMethod.Delete, $"/v1/keys/{id}")).Status.ShouldBe(HttpStatusCode.NoContent, "once more changes nothing");
    }

    [Fact]
    public async Task Who_revokes_his_own_key_hears_that_it_is_done()
    {
        var (id, key) = await fixture.NewAsync("operator", "*");
        var api = fixture.With(key);
        (await api.SendAsync(HttpMethod.Delete, $"/v1/keys/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await api.GetAsync("/v1/keys")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("""{"role":"reader"}""", "name")]
    [InlineData("""{"name":"a\u0007b","role":"reader"}""", "name")]
    [InlineData("""{"name":"n"}""", "role")]
    [InlineData("""{"name":"n","role":"king"}""", "role")]
    [InlineData("""{"name":"n","role":"3"}""", "role")]
    [InlineData("""{"name":"n","role":"reader","namespace":"two words"}""", "namespace")]
    [InlineData("""{"name":"n","role":"reader","more":1}""", "more")]
    public async Task A_wrong_key_is_refused_with_the_field(string body, string field)
    {
        var (status, problem) = await fixture.Operator.PostAsync("/v1/keys", body);
        (status, problem!["field"]!.GetValue<string>()).ShouldBe((HttpStatusCode.BadRequest, field));
    }

    [Fact]
    public async Task With_keys_the_name_of_the_host_and_the_page_do_not_matter()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/processes");
        request.Headers.Host = "muster.example";
        request.Headers.Add("Origin", "https://muster.example");
        request.Headers.Add("Authorization", $"Bearer {KeyFixture.Bootstrap}");
        using var response = await fixture.Seed.Api.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_first_key_ends_the_mode_without_keys_for_good()
    {
        await using var seed = await TestSeed.StartAsync(new SeedSettings { Store = "memory", Slots = 0 });
        (await seed.Api.GetAsync("/v1/processes")).Status.ShouldBe(HttpStatusCode.OK);
        var (status, made) = await seed.Api.PostAsync("/v1/keys", """{"name":"me","role":"operator"}""");
        (status, made!["namespace"]!.GetValue<string>()).ShouldBe((HttpStatusCode.Created, "*"));
        (await seed.Api.GetAsync("/v1/processes")).Status.ShouldBe(HttpStatusCode.Unauthorized);

        seed.Api.Http.DefaultRequestHeaders.Add("Authorization", $"Bearer {made["key"]}");
        (await seed.Api.GetAsync("/v1/processes")).Status.ShouldBe(HttpStatusCode.OK);
        (await seed.Api.SendAsync(HttpMethod.Delete, $"/v1/keys/{made.Id()}")).Status.ShouldBe(HttpStatusCode.NoContent);
        seed.Api.Http.DefaultRequestHeaders.Remove("Authorization");
        (await seed.Api.GetAsync("/v1/processes")).Status.ShouldBe(HttpStatusCode.Unauthorized, "the last one is gone, and nothing is open");
        (await seed.Api.GetAsync("/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_dotnet_client_shows_its_key()
    {
        using var http = new HttpClient { BaseAddress = fixture.Seed.Api.Http.BaseAddress };
        var (_, key) = await fixture.NewAsync("submitter", "client");
        var client = new MusterClient(http, new MusterClientOptions { ApiKey = key, Namespace = "client" });
        (await client.SubmitAsync(Submission.Of("f", 1))).Id.ShouldNotBeEmpty();
        var stranger = new MusterClient(http, new MusterClientOptions { Retries = 0 });
        (await Should.ThrowAsync<MusterException>(() => stranger.SubmitAsync(Submission.Of("f", 1)))).Message.ShouldContain("needs the key of a submitter");
    }

    [Fact]
    public async Task What_another_gateway_of_the_same_store_revokes_is_refused_here_soon_after()
    {
        var address = await (await PostgresServer.SharedAsync()).NewDatabaseAsync();
        await using var seed = await TestSeed.StartAsync(new SeedSettings { Store = address, Slots = 0, BootstrapKey = KeyFixture.Bootstrap });
        using var http = new HttpClient { BaseAddress = seed.Api.Http.BaseAddress };
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {KeyFixture.Bootstrap}");
        await using var stream = await Sse.OpenAsync(new Api(http), "/v1/events");

        await PostgresServer.ExecuteAsync(address, "UPDATE api_key SET revoked_at = 1");

        // Nobody asks anything: the stream itself has to notice.
        await Should.ThrowAsync<IOException>(async () => await stream.NextAsync());
        (await new Api(http).GetAsync("/v1/processes")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await PostgresServer.ExecuteAsync(address, "UPDATE api_key SET revoked_at = NULL");
        await Eventually.TrueAsync(async () => (await new Api(http).GetAsync("/v1/processes")).Status == HttpStatusCode.OK);
    }

    private static async Task<HttpStatusCode?> EndAsync(Task<(HttpStatusCode Status, System.Text.Json.Nodes.JsonNode? Body)> call)
    {
        try
        {
            return (await call).Status;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task<System.Text.Json.Nodes.JsonNode> ItemAsync(string id) =>
        (await fixture.Operator.GetAsync("/v1/keys")).Body!["items"]!.AsArray().Single(k => k!.Id() == id)!;
}
