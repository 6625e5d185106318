using System.Text;
using System.Text.Json.Nodes;
using Muster.Signatures;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>HTTP and the envelope: what is looked at, and in which order.</summary>
[Collection(Messages.Name)]
public sealed class TransportTests(ColoniesFixture fixture) : ColoniesTest(fixture)
{
    private const string Type = "getcoloniesmsg";

    private static string Good => ColoniesClient.EnvelopeOf(ServerOwner, Type);

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("plain/text")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Any_content_type_will_do_and_none(string? contentType) => Assert.Equal(200, (await Client.SendRawAsync(Good, contentType)).Status);

    [Fact]
    public async Task Pages_of_every_site_may_ask()
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/api");
        preflight.Headers.Add("Origin", "https://example.org");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        using var allowed = await Api.Http.SendAsync(preflight);
        Assert.Equal(204, (int)allowed.StatusCode);
        Assert.Equal("*", Header(allowed, "Access-Control-Allow-Origin"));
        Assert.Equal("GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS", Header(allowed, "Access-Control-Allow-Methods"));
        Assert.Equal("Origin,Content-Length,Content-Type", Header(allowed, "Access-Control-Allow-Headers"));
        Assert.Equal("43200", Header(allowed, "Access-Control-Max-Age"));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api") { Content = new StringContent(Good) };
        request.Headers.Add("Origin", "https://example.org");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Headers.Host = "muster.example.org";
        using var answer = await Api.Http.SendAsync(request);
        Assert.Equal((200, "*"), ((int)answer.StatusCode, Header(answer, "Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Health_is_an_empty_200()
    {
        using var answer = await Api.Http.GetAsync("/health");
        Assert.Equal((200, 0), ((int)answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length));
    }

    [Fact]
    public async Task A_collector_finds_the_numbers_under_their_names()
    {
        await SubmitProcessAsync();
        var (all, before) = ((string[])["processes_waiting", "processes_running", "processes_successful", "processes_failed", "workflows_waiting", "workflows_running", "workflows_successful", "workflows_failed"], await NumbersAsync());
        Assert.Superset(all.Append("colonies").Append("executors").ToHashSet(), before.Keys.ToHashSet());
        Assert.InRange(before["colonies"], 1, long.MaxValue);
        Assert.InRange(before["executors"], 1, long.MaxValue);
        Assert.InRange(before["processes_waiting"], 1, long.MaxValue);
        var statistics = await Client.OkAsync(ServerOwner, "getstatisticsmsg");
        Assert.Equal((long)statistics["colonies"]!, before["colonies"]);
    }

    private async Task<Dictionary<string, long>> NumbersAsync() => (await Api.Http.GetStringAsync("/metrics")).Split('\n')
        .Where(l => l.StartsWith("colonies_server_", StringComparison.Ordinal))
        .ToDictionary(l => l["colonies_server_".Length..l.IndexOfAny(['{', ' '])], l => long.Parse(l.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("", 400)]
    [InlineData("x", 400)]
    [InlineData("null", 400)]
    [InlineData("[]", 400)]
    [InlineData("5", 400)]
    [InlineData("""{"payloadtype":"getcoloniesmsg","payload":"e30=",""", 400)]
    [InlineData("""{"payloadtype":5,"payload":"e30=","signature":""}""", 400)]
    [InlineData("""{"payloadtype":"getcoloniesmsg","payload":{},"signature":""}""", 400)]
    [InlineData("""{"payloadtype":"getcoloniesmsg","payload":"e30=","signature":[]}""", 400)]
    [InlineData("""{"payloadtype":"\ud800","payload":"e30=","signature":""}""", 400)]
    [InlineData("{}", 403)]
    [InlineData("""{"payloadtype":null,"payload":null,"signature":null}""", 403)]
    [InlineData("""{"payloadtype":"getcoloniesmsg","payload":"e30="}""", 403)]
    [InlineData("""{"payloadtype":"getcoloniesmsg","payload":"no base64","signature":"00"}""", 403)]
    public async Task An_envelope_that_is_wrong_is_refused(string body, int status)
    {
        var answer = await Client.SendRawAsync(body);
        Assert.Equal(status, answer.Status);
        Assert.Equal("error", (string?)answer.Envelope["payloadtype"]);
        Assert.Equal(["payloadtype", "payload", "error"], answer.Envelope.AsObject().Select(m => m.Key));
        Assert.Equal((status, true), ((int)answer.Payload!["status"]!, answer.Error.Length > 0));
    }

    [Fact]
    public async Task What_is_wrong_in_two_ways_is_refused_for_the_first()
    {
        // The signature goes before the type, the type before the payload, the payload before msgtype, and all of them before who may.
        var stranger = PrivateKey.New();
        Assert.Equal(403, (await Client.SendSignedAsync("nosuchmsg", "not base64", "00")).Status);
        Assert.Equal(403, (await Client.SendPayloadAsync(stranger, "nosuchmsg", "not base64")).Status);
        Assert.Equal(403, (await Client.SendPayloadAsync(stranger, "", "")).Status);
        foreach (var payload in new[] { "", "not base64", Base64("{"), Base64(""), Base64("[]"), Base64("null"), Base64("\"x\""), Base64("{}"), Base64("""{"msgtype":5}"""), Base64("""{"msgtype":null}"""), Base64("""{"msgtype":"addcolonymsg"}"""), Base64("""{"msgtype":"GetColoniesMsg"}""") })
        {
            Assert.Equal(400, (await Client.SendPayloadAsync(stranger, Type, payload)).Status);
        }

        Assert.Equal(403, (await Client.SendPayloadAsync(stranger, Type, Base64("""{"msgtype":"getcoloniesmsg"}"""))).Status);
        Assert.Equal(200, (await Client.SendPayloadAsync(ServerOwner, Type, Base64("""{"MsgType":"getcoloniesmsg","x":null}"""))).Status);
    }

    [Fact]
    public async Task Base64_has_its_padding()
    {
        var padded = Base64("""{"msgtype":"getcoloniesmsg" }""");
        Assert.EndsWith("=", padded, StringComparison.Ordinal);
        Assert.Equal(200, (await Client.SendPayloadAsync(ServerOwner, Type, padded)).Status);
        Assert.Equal(400, (await Client.SendPayloadAsync(ServerOwner, Type, padded.TrimEnd('='))).Status);
        Assert.Equal(400, (await Client.SendPayloadAsync(ServerOwner, Type, $"{padded[..8]}-_{padded[10..]}")).Status);
    }

    [Fact]
    public async Task The_names_of_an_envelope_may_be_in_upper_case_and_others_are_ignored()
    {
        var good = JsonNode.Parse(Good)!;
        var shouted = new JsonObject { ["PayloadType"] = (string)good["payloadtype"]!, ["PAYLOAD"] = (string)good["payload"]!, ["Signature"] = (string)good["signature"]!, ["error"] = 5 };
        Assert.Equal(200, (await Client.SendRawAsync(shouted.ToJsonString())).Status);
    }

    [Fact]
    public async Task Only_a_signature_of_the_very_form_counts()
    {
        var payload = Base64("""{"msgtype":"getcoloniesmsg"}""");
        var good = ServerOwner.Sign(payload);
        Assert.Equal(200, (await Client.SendSignedAsync(Type, payload, good)).Status);
        Assert.Equal(200, (await Client.SendSignedAsync(Type, payload, good.ToUpperInvariant())).Status);

        var order = System.Numerics.BigInteger.Parse("0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        var s = System.Numerics.BigInteger.Parse("0" + good[64..128], System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        var high = (order - s).ToString("x64", System.Globalization.CultureInfo.InvariantCulture)[^64..];
        var v = good[128..];
        var other = v == "00" ? "01" : "00";
        string?[] bad =
        [
            null, "", "00", good[..128], good + "00", "0x" + good, "0x" + good[2..], "zz" + good[2..], good[..64] + high + other, good[..64] + high + v, good[..128] + "1b", good[..128] + "1c",
            good[..128] + other, new string('0', 130), good[..64] + new string('0', 64) + v, new string('f', 130), $" {good}",
        ];
        foreach (var signature in bad)
        {
            Assert.True((await Client.SendSignedAsync(Type, payload, signature)).Status == 403, signature);
        }

        Assert.Equal(403, (await Client.SendSignedAsync(Type, Base64("""{"msgtype":"getcoloniesmsg"} """), good)).Status);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
