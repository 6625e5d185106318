using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.BadInput;

[Collection(Door.Name)]
public sealed class BadSubmitTests(SeedFixture fixture)
{
    private readonly string _namespace = $"n-{Guid.NewGuid():N}"[..14];

    /// <summary>Bodies that are no submission at all.</summary>
    public static TheoryData<string, int, string> Bodies => new()
    {
        { "{", 400, "The JSON is wrong" },
        { "", 400, "The JSON is wrong" },
        { "{\"func\":\"f\"} x", 400, "The JSON is wrong" },
        { """{"func":"f",}""", 400, "The JSON is wrong" },
        { """{/* */"func":"f"}""", 400, "The JSON is wrong" },
        { "null", 400, "as an object" },
        { "5", 400, "as an object" },
        { "\"x\"", 400, "as an object" },
        { """{"func":"f","prio":1}""", 400, "[prio]" },
        { """{"Func":"f"}""", 400, "[Func]" },
        { """{"func":"f","func":"g"}""", 400, "func" },
        { """{"func":"f","input":{"a":1,"a":2}}""", 400, "a" },
        { """{"func":"f","input":<nest*70>}""", 400, "The JSON is wrong" },
        { """{"func":"f","input":"<x*1048576>"}""", 413, "1048576" },
        { """[<specs*1001>]""", 413, "1000" },
    };

    /// <summary>Fields that are wrong, each with the name of the field that the answer must give.</summary>
    public static TheoryData<string, string> Fields => new()
    {
        { """ "x":1 """, "[x]" },
        { """ "id":"a/b" """, "[id]" },
        { """ "id":"a b" """, "[id]" },
        { """ "id":"ä" """, "[id]" },
        { """ "id":"a%2Fb" """, "[id]" },
        { """ "id":"a\n" """, "[id]" },
        { """ "id":"a\u0000" """, "[id]" },
        { """ "id":"" """, "[id]" },
        { """ "id":"." """, "[id]" },
        { """ "id":".." """, "[id]" },
        { """ "id":"<.*128>" """, "[id]" },
        { """ "id":"<x*129>" """, "[id]" },
        { """ "id":5 """, "[id]" },
        { """ "id":"a","key":"b" """, "[key]" },
        { """ "key":"" """, "[key]" },
        { """ "key":"<x*1025>" """, "[key]" },
        { """ "queue":"" """, "[queue]" },
        { """ "queue":"a/b" """, "[queue]" },
        { """ "queue":".." """, "[queue]" },
        { """ "queue":"<x*129>" """, "[queue]" },
        { """ "namespace":"a/b" """, "[namespace]" },
        { """ "namespace":"another" """, "[namespace]" },
        { """ "runtime":"a b" """, "[runtime]" },
        { """ "name":"<x*257>" """, "[name]" },
        { """ "name":"a\u0000b" """, "[name]" },
        { """ "args":{} """, "[args]" },
        { """ "args":"a" """, "[args]" },
        { """ "kwargs":[] """, "[kwargs]" },
        { """ "maxWait":0 """, "[maxWait]" },
        { """ "maxWait":-1 """, "[maxWait]" },
        { """ "maxWait":"-5s" """, "[maxWait]" },
        { """ "maxWait":"soon" """, "[maxWait]" },
        { """ "maxWait":"5 parsecs" """, "[maxWait]" },
        { """ "maxWait":"4000d" """, "[maxWait]" },
        { """ "maxWait":1e300 """, "[maxWait]" },
        { """ "maxWait":true """, "[maxWait]" },
        { """ "maxExec":0 """, "[maxExec]" },
        { """ "maxExec":"-1ms" """, "[maxExec]" },
        { """ "waitFrom":"birth" """, "[waitFrom]" },
        { """ "waitFrom":1 """, "[waitFrom]" },
        { """ "waitFrom":7 """, "[waitFrom]" },
        { """ "lease":-1 """, "[lease]" },
        { """ "lease":"99ms" """, "[lease]" },
        { """ "maxRetries":-2 """, "[maxRetries]" },
        { """ "maxRetries":1000001 """, "[maxRetries]" },
        { """ "maxRetries":1.5 """, "[maxRetries]" },
        { """ "maxRetries":"3" """, "[maxRetries]" },
        { """ "retry":{"kind":"cubic"} """, "[retry.kind]" },
        { """ "retry":{"kind":99} """, "[retry.kind]" },
        { """ "retry":{"delay":-1} """, "[retry.delay]" },
        { """ "retry":{"delay":10,"cap":5} """, "[retry.cap]" },
        { """ "retry":{"delay":"1s","cap":0} """, "[retry.cap]" },
        { """ "retry":{"jitter":1.1} """, "[retry.jitter]" },
        { """ "retry":{"jitter":-0.1} """, "[retry.jitter]" },
        { """ "retry":{"times":3} """, "times" },
        { """ "retry":3 """, "[retry]" },
        { """ "notBefore":"tomorrow" """, "[notBefore]" },
        { """ "notBefore":5 """, "[notBefore]" },
        { """ "notBefore":"9999-12-31T23:59:59.9999999Z" """, "[notBefore]" },
        { """ "deadline":"2026-13-01T00:00:00Z" """, "[deadline]" },
        { """ "deadline":"9999-12-31T23:59:59.9999999Z" """, "[deadline]" },
        { """ "priority":1000001 """, "[priority]" },
        { """ "priority":-1000001 """, "[priority]" },
        { """ "priority":1.5 """, "[priority]" },
        { """ "priority":"1" """, "[priority]" },
        { """ "priority":99999999999 """, "[priority]" },
        { """ "after":"p" """, "[after]" },
        { """ "after":["a/b"] """, "[after]" },
        { """ "after":[null] """, "[after]" },
        { """ "after":["missing"] """, "[after]" },
        { """ "id":"self","after":["self"] """, "[after]" },
        { """ "after":[<ids*10001>] """, "[after]" },
        { """ "labels":["a"] """, "[labels]" },
        { """ "labels":{"":"v"} """, "[labels." },
        { """ "labels":{"a":1} """, "[labels" },
        { """ "labels":{"a":null} """, "[labels.a]" },
        { """ "labels":{"a":"x\u0000y"} """, "[labels.a]" },
        { """ "labels":{"<k*129>":"v"} """, "[labels." },
        { """ "labels":{"a":"<v*257>"} """, "[labels.a]" },
        { """ "labels":{<pairs*65>} """, "[labels]" },
        { """ "env":["A"] """, "[env]" },
        { """ "env":{"":"v"} """, "[env." },
        { """ "env":{"A=B":"v"} """, "[env.A=B]" },
        { """ "env":{"A":null} """, "[env.A]" },
        { """ "env":{"A":1} """, "[env" },
        { """ "env":{"A":"x\u0000"} """, "[env.A]" },
        { """ "conditions":[] """, "[conditions]" },
        { """ "conditions":{"typs":[]} """, "typs" },
        { """ "conditions":{"types":["a b"]} """, "[conditions.types]" },
        { """ "conditions":{"types":[<ids*101>]} """, "[conditions.types]" },
        { """ "conditions":{"executors":[""]} """, "[conditions.executors]" },
        { """ "conditions":{"labels":{"a":null}} """, "[conditions.labels.a]" },
        { """ "conditions":{"location":"<x*257>"} """, "[conditions.location]" },
        { """ "conditions":{"resources":{"gpu":-1}} """, "[conditions.resources.gpu]" },
        { """ "conditions":{"resources":{"gpu":"1"}} """, "[conditions.resources" },
        { """ "conditions":{"resources":{"a b":1}} """, "[conditions.resources]" },
        { """ "conditions":{"resources":{"gpu":1e999}} """, "[conditions.resources" },
        { """ "concurrency":"k" """, "[concurrency]" },
        { """ "concurrency":{} """, "[concurrency.key]" },
        { """ "concurrency":{"key":""} """, "[concurrency.key]" },
        { """ "concurrency":{"key":"<x*257>"} """, "[concurrency.key]" },
        { """ "concurrency":{"key":"a\u0000"} """, "[concurrency.key]" },
        { """ "concurrency":{"key":"k","max":0} """, "[concurrency.max]" },
        { """ "concurrency":{"key":"k","max":10001} """, "[concurrency.max]" },
        { """ "concurrency":{"key":"k","onConflict":"drop"} """, "[concurrency.onConflict]" },
        { """ "concurrency":{"key":"k","onConflict":2} """, "[concurrency.onConflict]" },
        { """ "finalExitCodes":[-1] """, "[finalExitCodes]" },
        { """ "finalExitCodes":[256] """, "[finalExitCodes]" },
        { """ "finalExitCodes":["1"] """, "[finalExitCodes" },
        { """ "finalExitCodes":[<ones*257>] """, "[finalExitCodes]" },
        { """ "finalExitCodes":1 """, "[finalExitCodes]" },
        { """ "webhook":"http://x" """, "[webhook]" },
        { """ "webhook":{} """, "[webhook.url]" },
        { """ "webhook":{"url":"/hook"} """, "[webhook.url]" },
        { """ "webhook":{"url":"ftp://example.org"} """, "[webhook.url]" },
        { """ "webhook":{"url":"http//example.org"} """, "[webhook.url]" },
        { """ "webhook":{"url":"http://example.org/<x*2048>"} """, "[webhook.url]" },
        { """ "webhook":{"url":"http://example.org","secret":"<x*257>"} """, "[webhook.secret]" },
        { """ "name":"\ud800" """, "" },
        { """ "input":"\ud800" """, "" },
        { """ "input":{"\ud800":1} """, "" },
        { """ "kwargs":{"\ud800":1} """, "" },
        { """ "labels":{"a":"\ud800"} """, "" },
    };

    /// <summary>Functions that are none.</summary>
    public static TheoryData<string> Functions => ["{}", """{"func":""}""", """{"func":null}""", """{"func":5}""", """{"func":"<x*1025>"}""", """{"func":"a\u0000b"}"""];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_wrong_body_is_refused_and_stores_nothing(string body, int status, string part)
    {
        DoorSteps.ShouldBeRefusal(await DoorSteps.SendAsync(fixture.Seed.Api, "POST", "/v1/processes", body, _namespace), status, part);
        await DoorSteps.NothingStoredAsync(fixture.Seed.Api, _namespace);
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_wrong_field_is_named_and_stores_nothing(string field, string part)
    {
        DoorSteps.ShouldBeRefusal(await DoorSteps.SendAsync(fixture.Seed.Api, "POST", "/v1/processes", $$"""{"func":"f",{{field}}}""", _namespace), 400, part);
        await DoorSteps.NothingStoredAsync(fixture.Seed.Api, _namespace);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task A_process_needs_a_function(string body)
    {
        DoorSteps.ShouldBeRefusal(await DoorSteps.SendAsync(fixture.Seed.Api, "POST", "/v1/processes", body, _namespace), 400, "[func]");
        await DoorSteps.NothingStoredAsync(fixture.Seed.Api, _namespace);
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task In_a_batch_a_wrong_field_spoils_its_own_item_only(string field, string part)
    {
        var body = $$"""{"func":"f","id":"before"}{{"\n"}}{"func":"f",{{field}}}{{"\n"}}{"func":"f","id":"behind"}""";
        var answer = await DoorSteps.SendAsync(fixture.Seed.Api, "POST", "/v1/processes", body, _namespace, "application/x-ndjson");
        answer.Status.ShouldBe(200, answer.Body?.ToJsonString());
        var items = answer.Body!["items"]!.AsArray();
        items.Select(i => i!["status"]!.GetValue<int>()).ShouldBe([201, 400, 201]);
        $"{items[1]!["problem"]!["detail"]} [{items[1]!["problem"]!["field"]}]".ShouldContain(part);
        (await fixture.Seed.Api.IdsAsync($"/v1/processes?namespace={_namespace}")).ShouldBe(["behind", "before"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_parent_of_another_namespace_is_none()
    {
        var parent = await fixture.Seed.Api.SubmitAsync("""{"func":"f"}""");
        DoorSteps.ShouldBeRefusal(await DoorSteps.SendAsync(fixture.Seed.Api, "POST", "/v1/processes", $$"""{"func":"f","after":["{{parent}}"]}""", _namespace), 400, "another namespace");
        await DoorSteps.NothingStoredAsync(fixture.Seed.Api, _namespace);
    }
}
