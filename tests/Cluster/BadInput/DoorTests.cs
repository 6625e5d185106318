using System.Net;
using System.Net.Sockets;
using System.Text;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.BadInput;

[Collection(Door.Name)]
public sealed class DoorTests(SeedFixture fixture)
{
    private const string Submission = """{"func":"f"}""";

    private readonly string _namespace = $"n-{Guid.NewGuid():N}"[..14];

    private Api Api => fixture.Seed.Api;

    private string Authority => Api.Http.BaseAddress!.Authority;

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/xml")]
    [InlineData("application/jsonp")]
    public async Task A_body_that_a_page_could_send_unasked_is_not_taken(string contentType)
    {
        foreach (var path in new[] { "/v1/processes", "/v1/assign", "/v1/processes/bulk", "/v1/executors", "/v1/processes/files/cancel", "/v1/queues/files/pause" })
        {
            DoorSteps.ShouldBeRefusal(await DoorSteps.SendAsync(Api, "POST", path, Submission, _namespace, contentType), 415, "application/json");
        }

        DoorSteps.ShouldBeRefusal(await DoorSteps.SendAsync(Api, "PUT", "/v1/queues/q", "{}", _namespace, contentType), 415, "application/json");
        await DoorSteps.NothingStoredAsync(Api, _namespace);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/JSON")]
    public async Task Json_is_taken_however_it_is_written(string contentType) =>
        (await DoorSteps.SendAsync(Api, "POST", "/v1/processes", Submission, _namespace, contentType)).Status.ShouldBe(201);

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "localhost.evil.example")]
    [InlineData("Host", "127.0.0.1.evil.example:80")]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_foreign_page_can_neither_read_nor_write(string header, string value)
    {
        foreach (var (method, path) in new[] { ("POST", "/v1/processes"), ("GET", "/v1/processes"), ("GET", "/openapi/v1.json"), ("GET", "/metrics"), ("POST", "/v1/assign") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"{path}?namespace={_namespace}");
            request.Headers.TryAddWithoutValidation(header, value).ShouldBeTrue();
            request.Content = method == "POST" ? new StringContent(Submission, Encoding.UTF8, "application/json") : null;
            using var response = await Api.Http.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            response.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        }

        await DoorSteps.NothingStoredAsync(Api, _namespace);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Host", "localhost")]
    [InlineData("Host", "[::1]:5")]
    public async Task Its_own_pages_may_ask(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/queues");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await Api.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_page_of_the_same_origin_may_write()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/processes?namespace={_namespace}");
        request.Headers.TryAddWithoutValidation("Origin", $"http://{Authority}");
        request.Content = new StringContent(Submission, Encoding.UTF8, "application/json");
        using var response = await Api.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_path_of_dots_reaches_nothing()
    {
        foreach (var path in new[] { "/v1/processes/..", "/v1/processes/%2e%2e", "/v1/processes/...", "/v1/queues/../../etc/passwd" })
        {
            var answer = await RawAsync($"GET {path} HTTP/1.1\r\nHost: {Authority}\r\nConnection: close\r\n\r\n");
            answer.ShouldMatch("^HTTP/1.1 (400|404) ");
        }
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused_before_it_is_read()
    {
        var answer = await RawAsync($"POST /v1/processes HTTP/1.1\r\nHost: {Authority}\r\nContent-Type: application/json\r\nContent-Length: {(32 << 20) + 1}\r\n\r\n");
        answer.ShouldStartWith("HTTP/1.1 413 ");
        answer.ShouldContain("too large");
    }

    [Fact]
    public async Task A_body_without_a_length_is_refused_when_it_gets_too_long()
    {
        using var content = new EndlessContent("[\"", (32 << 20) + 1, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/processes?namespace={_namespace}") { Content = content };
        using var response = await Api.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        await DoorSteps.NothingStoredAsync(Api, _namespace);
    }

    [Fact]
    public async Task A_file_that_is_too_long_is_refused_before_it_is_read()
    {
        var id = await Api.SubmitAsync(Submission);
        var answer = await RawAsync($"PUT /v1/processes/{id}/files/a HTTP/1.1\r\nHost: {Authority}\r\nContent-Length: {(100 << 20) + 1}\r\n\r\n");
        answer.ShouldStartWith("HTTP/1.1 413 ");
        answer.ShouldContain("100 MiB");
    }

    [Fact]
    public async Task A_file_without_a_length_is_refused_when_it_gets_too_long_and_leaves_nothing()
    {
        var id = await Api.SubmitAsync(Submission);
        using var content = new EndlessContent("", (100 << 20) + 1, "application/octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/processes/{id}/files/a") { Content = content };
        using var response = await Api.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await Api.GetAsync($"/v1/processes/{id}/files").OkAsync())["items"]!.AsArray().ShouldBeEmpty();
        await Api.GetAsync($"/v1/processes/{id}/files/a").RefusedAsync(404, "no file a");
    }

    [Fact]
    public async Task Text_that_is_no_utf8_is_refused_and_not_changed_on_the_way()
    {
        foreach (var contentType in new[] { "application/json", "application/x-ndjson" })
        {
            using var content = new ByteArrayContent([.. "{\"func\":\"f\",\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            using var response = await Api.Http.PostAsync(new Uri($"/v1/processes?namespace={_namespace}", UriKind.Relative), content);
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, contentType);
            await DoorSteps.NothingStoredAsync(Api, _namespace);
        }
    }

    [Fact]
    public async Task A_command_without_a_body_may_come_in_chunks_of_nothing()
    {
        var id = await Api.SubmitAsync(Submission);
        var answer = await RawAsync($"POST /v1/processes/{id}/cancel HTTP/1.1\r\nHost: {Authority}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n");
        answer.ShouldStartWith("HTTP/1.1 200 ");
        (await Api.StatusAsync(id)).ShouldBe("cancelled");
    }

    // What the server sends up to the end of its problem: it may keep the connection for the rest of a body that never comes.
    private async Task<string> RawAsync(string request)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, Api.Http.BaseAddress!.Port);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        while (!answer.ToString().Contains('}', StringComparison.Ordinal) && await stream.ReadAsync(buffer) is > 0 and var read)
        {
            answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        return answer.ToString();
    }
}
