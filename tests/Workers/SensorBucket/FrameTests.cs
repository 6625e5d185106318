using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Muster.Tests.Workers.SensorBucket;

/// <summary>The Python frame: process(message), its helpers, and what becomes of what goes wrong.</summary>
public sealed class FrameTests(FrameFixture frame) : IClassFixture<FrameFixture>
{
    private static readonly string[] Members =
        ["tracing_id", "tenant_id", "access_token", "received_at", "pipeline_id", "step_index", "pipeline_steps", "timestamp", "device", "measurements", "metadata", "payload"];

    [Fact]
    public async Task A_message_comes_back_for_the_next_step()
    {
        var message = Pipeline.Message("w");
        var (topic, body) = await SendAsync(message);
        topic.ShouldBe("storage");
        body.Select(m => m.Key).ShouldBe(Members);
        ((int)body["step_index"]!).ShouldBe(1);
        ((string)body["payload"]!).ShouldBe("aGVsbG8=");
        ((string)body["tracing_id"]!).ShouldBe((string)message["tracing_id"]!);
        body["device"].ShouldBeNull();
        body["measurements"]!.AsArray().ShouldBeEmpty();
        body["metadata"]!.AsObject().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_null_is_empty()
    {
        var (topic, body) = await SendAsync(Pipeline.Message("w", m =>
        {
            (m["payload"], m["metadata"], m["measurements"], m["device"]) = (null, null, null, null);
        }));
        topic.ShouldBe("storage");
        ((string)body["payload"]!).ShouldBe("");
        body["metadata"]!.AsObject().ShouldBeEmpty();
        body["measurements"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task User_code_sees_the_members_and_bytes_for_a_payload()
    {
        var (_, body) = await SendAsync(Doing("attributes"));
        body["metadata"]!["seen"]!.ToJsonString().ShouldBe("""[1,"hello","w",["w","storage"],[]]""");
        ((string)body["payload"]!).ShouldBe("SEVMTE8=");
        // To the second.
        ((long)body["timestamp"]!).ShouldBe(1_704_164_645_000);
        ((string)(await SendAsync(Doing("payload_text"))).Body["payload"]!).ShouldBe("as it is");
    }

    [Fact]
    public async Task Measurements_are_built_step_by_step()
    {
        var (_, body) = await SendAsync(Doing("measure", m => m["measurements"] = new JsonArray(new JsonObject { ["kept"] = 1 })));
        body["measurements"]!.AsArray().Select(m => m!.ToJsonString()).ShouldBe([
            """{"kept":1}""",
            """{"timestamp":1700000000000,"sensor_external_id":"","value":21.5,"observed_property":"temperature","unit_of_measurement":"Cel","latitude":null,"longitude":null,"altitude":null,"properties":{}}""",
            """{"timestamp":7,"sensor_external_id":"s1","value":"as it is","observed_property":"humidity","unit_of_measurement":"%","latitude":0,"longitude":0.5,"altitude":3,"properties":{"k":"v"}}""",
            """{"timestamp":1704164645000,"sensor_external_id":"","value":1,"observed_property":"a","unit_of_measurement":"b","latitude":null,"longitude":null,"altitude":null,"properties":{}}""",
            """{"timestamp":8,"sensor_external_id":"9","value":1.5,"observed_property":"o","unit_of_measurement":"u","latitude":0.0,"longitude":null,"altitude":null,"properties":{}}""",
        ]);
    }

    [Fact]
    public async Task A_device_is_found_by_its_properties()
    {
        var (topic, body) = await SendAsync(Doing("device", m => m["metadata"]!["eui"] = "one"));
        topic.ShouldBe("storage");
        ((int)body["device"]!["id"]!).ShouldBe(7);
        frame.Asked.ShouldContain(("""{"eui": "one"}""", "bearer token"));
        foreach (var (eui, why) in ((string, string)[])[("zero", "can't find device with properties"), ("two", "too many devices match properties"), ("forbidden", "HTTP Error 403")])
        {
            var (errors, document) = await SendAsync(Doing("device", m => m["metadata"]!["eui"] = eui));
            errors.ShouldBe("errors");
            ((string)document["error"]!).ShouldContain(why);
        }
    }

    [Theory]
    [InlineData("raises", "ValueError: this is wrong")]
    [InlineData("exits", "SystemExit: 3")]
    [InlineData("returns_nothing", "usercode return value must be Message object")]
    [InlineData("not_a_number", "NaN or infinite")]
    [InlineData("no_json", "object is not JSON")]
    public async Task What_goes_wrong_in_user_code_is_an_error_document(string what, string error)
    {
        var (topic, document) = await SendAsync(Doing(what));
        topic.ShouldBe("errors");
        document.Select(m => m.Key).ShouldBe(["received_by_worker", "processing_attempt", "worker", "queue", "timestamp", "error"]);
        document["received_by_worker"]!["metadata"]!.ToJsonString().ShouldBe($$"""{"do":"{{what}}"}""");
        ((int)document["received_by_worker"]!["step_index"]!).ShouldBe(0);
        ((string)document["worker"]!).ShouldBe("w");
        ((string)document["queue"]!).ShouldBe("w");
        ((long)document["timestamp"]!).ShouldBeInRange(1_700_000_000, 100_000_000_000);
        ((string)document["error"]!).ShouldContain("Traceback");
        ((string)document["error"]!).ShouldContain(error);
        if (what == "raises")
        {
            ((bool)document["processing_attempt"]!["metadata"]!["touched"]!).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task After_the_last_step_there_is_none()
    {
        var (topic, document) = await SendAsync(Pipeline.Message("w", m => m["step_index"] = 1));
        topic.ShouldBe("errors");
        ((string)document["error"]!).ShouldContain("pipeline message has no steps remaining");
        ((int)document["processing_attempt"]!["step_index"]!).ShouldBe(2);
    }

    [Theory]
    [InlineData("{}", "Missing required properties in JSON: tracing_id,tenant_id,access_token,received_at,pipeline_id,step_index,pipeline_steps,timestamp")]
    [InlineData("no JSON", "JSONDecodeError")]
    [InlineData("[]", "a pipeline message is a JSON object")]
    public async Task What_is_no_message_is_an_error_document(string body, string error)
    {
        var (topic, document) = await SendAsync(body);
        topic.ShouldBe("errors");
        document["received_by_worker"].ShouldBeNull();
        ((string)document["error"]!).ShouldContain(error);
    }

    [Fact]
    public async Task A_member_that_no_message_has_is_named() =>
        ((string)(await SendAsync(Pipeline.Message("w", m => m["extra"] = 1))).Body["error"]!).ShouldContain("has no member extra");

    [Fact]
    public async Task A_body_that_is_too_large_or_of_no_length_is_refused()
    {
        using var large = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent([]) };
        large.Content.Headers.ContentLength = null;
        large.Headers.TransferEncodingChunked = true;
        using var answer = await frame.Http.SendAsync(large);
        answer.StatusCode.ShouldBe(HttpStatusCode.LengthRequired);
        using var alive = await frame.Http.GetAsync(new Uri("/", UriKind.Relative));
        alive.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(null, "ENDPOINT_DEVICES is not set")]
    [InlineData("def other(message): pass", "it has no function process(message)")]
    [InlineData("def process(message:", "SyntaxError")]
    public async Task It_refuses_to_start_in_one_line_that_says_why(string? code, string why)
    {
        using var folder = new TestFolder();
        var file = folder.File("usercode.py");
        await File.WriteAllTextAsync(file, code ?? "def process(message): return message");
        await using var python = ProgramProcess.StartPython(new Dictionary<string, string> { ["ENDPOINT_DEVICES"] = code is null ? "" : "http://x", ["PYTHONDONTWRITEBYTECODE"] = "1" }, folder.Path, FrameFixture.Frame, file);
        (await python.ExitAsync()).ShouldBe(1);
        python.Output.ShouldContain(why);
        python.Output.Trim().ShouldNotContain("\n");
    }

    private static JsonObject Doing(string what, Action<JsonObject>? change = null) => Pipeline.Message("w", m =>
    {
        m["metadata"] = new JsonObject { ["do"] = what };
        change?.Invoke(m);
    });

    private Task<(string Topic, JsonObject Body)> SendAsync(JsonObject message) => SendAsync(message.ToJsonString());

    private async Task<(string Topic, JsonObject Body)> SendAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(body, Encoding.UTF8, "text/anything") };
        request.Headers.Add("X-AMQP-Topic", "w");
        using var response = await frame.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        return (response.Headers.GetValues("X-AMQP-Topic").Single(), JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }
}
