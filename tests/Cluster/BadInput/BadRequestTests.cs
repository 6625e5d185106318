using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.BadInput;

[Collection(Door.Name)]
public sealed class BadRequestTests(SeedFixture fixture)
{
    private readonly string _namespace = $"n-{Guid.NewGuid():N}"[..14];

    /// <summary>Questions and commands that are wrong wherever they go; none needs anything to exist.</summary>
    public static TheoryData<string, string, string, int, string> Requests => new()
    {
        { "GET", "/v1/processes?state=failed", "", 400, "[state]" },
        { "GET", "/v1/processes?status=bogus", "", 400, "[status]" },
        { "GET", "/v1/processes?status=failed,bogus", "", 400, "[status]" },
        { "GET", "/v1/processes?status=none", "", 400, "[status]" },
        { "GET", "/v1/processes?status=4", "", 400, "[status]" },
        { "GET", "/v1/processes?status=-1", "", 400, "[status]" },
        { "GET", "/v1/processes?status=%2B4", "", 400, "[status]" },
        { "GET", "/v1/processes?limit=0", "", 400, "[limit]" },
        { "GET", "/v1/processes?limit=-1", "", 400, "[limit]" },
        { "GET", "/v1/processes?limit=1001", "", 400, "[limit]" },
        { "GET", "/v1/processes?limit=many", "", 400, "[limit]" },
        { "GET", "/v1/processes?limit=99999999999999999999", "", 400, "[limit]" },
        { "GET", "/v1/processes?cursor=next", "", 400, "[cursor]" },
        { "GET", "/v1/processes?label=a", "", 400, "[label]" },
        { "GET", "/v1/processes?label==a", "", 400, "[label]" },
        { "GET", "/v1/processes?createdAfter=yesterday", "", 400, "[createdAfter]" },
        { "GET", "/v1/processes?createdBefore=5", "", 400, "[createdBefore]" },
        { "GET", "/v1/processes/a%2Fb", "", 400, "[id]" },
        { "GET", "/v1/processes/a%20b", "", 400, "[id]" },
        { "GET", "/v1/processes/%C3%A4", "", 400, "[id]" },
        { "GET", "/v1/processes/a?wait=long", "", 400, "[wait]" },
        { "GET", "/v1/processes/a?wait=-1s", "", 400, "[wait]" },
        { "GET", "/v1/processes/a/logs?after=5", "", 400, "[after]" },
        { "GET", "/v1/processes/a/logs?after=1.-1", "", 400, "[after]" },
        { "GET", "/v1/processes/a/logs?limit=0", "", 400, "[limit]" },
        { "GET", "/v1/processes/a/logs?limit=10001", "", 400, "[limit]" },
        { "GET", "/v1/processes/a/logs?attempt=first", "", 400, "[attempt]" },
        { "GET", "/v1/processes/a/logs?attempt=99999999999", "", 400, "[attempt]" },
        { "GET", "/v1/events?after=now", "", 400, "[after]" },
        { "GET", "/v1/events?after=-1", "", 400, "[after]" },
        { "POST", "/v1/processes/a/cancel", "[]", 400, "another kind" },
        { "POST", "/v1/processes/a/cancel", """{"why":"x"}""", 400, "[why]" },
        { "POST", "/v1/processes/a/cancel", """{"reason":"<x*1025>"}""", 400, "[reason]" },
        { "POST", "/v1/processes/a/cancel", """{"reason":"\u0000"}""", 400, "[reason]" },
        { "POST", "/v1/processes/a/cancel", """{"reason":"\ud800"}""", 400, "" },
        { "POST", "/v1/processes/a/retry", """{"reason":5}""", 400, "[reason]" },
        { "POST", "/v1/processes/a/priority", "{}", 400, "[priority]" },
        { "POST", "/v1/processes/a/priority", "", 400, "JSON" },
        { "POST", "/v1/processes/a/priority", """{"priority":1000001}""", 400, "[priority]" },
        { "POST", "/v1/processes/a/priority", """{"priority":"high"}""", 400, "[priority]" },
        { "POST", "/v1/processes/a/attributes", "{}", 400, "attributes" },
        { "POST", "/v1/processes/a/attributes", "null", 400, "null" },
        { "POST", "/v1/processes/a/attributes", """["a"]""", 400, "" },
        { "POST", "/v1/processes/a/attributes", """{"a":1}""", 400, "[a]" },
        { "POST", "/v1/processes/a/attributes", """{"":"v"}""", 400, "attribute" },
        { "POST", "/v1/processes/a/attributes", """{"<k*129>":"v"}""", 400, "attribute" },
        { "POST", "/v1/processes/a/attributes", """{"a":"<v*4097>"}""", 400, "[a]" },
        { "POST", "/v1/processes/a/attributes", """{"a":"x\u0000"}""", 400, "[a]" },
        { "POST", "/v1/processes/a/attributes", """{<pairs*65>}""", 400, "64" },
        { "POST", "/v1/processes/a/attributes", """{"a":"1","a":"2"}""", 400, "a" },
        { "POST", "/v1/processes/bulk", "{}", 400, "[action]" },
        { "POST", "/v1/processes/bulk", """{"action":"explode","filter":{"status":["failed"]}}""", 400, "[action]" },
        { "POST", "/v1/processes/bulk", """{"action":"cancel"}""", 400, "[filter]" },
        { "POST", "/v1/processes/bulk", """{"action":"cancel","filter":{}}""", 400, "[filter]" },
        { "POST", "/v1/processes/bulk", """{"action":"cancel","filter":{"status":[]}}""", 400, "[filter]" },
        { "POST", "/v1/processes/bulk", """{"action":"cancel","filter":{"labels":{}}}""", 400, "[filter]" },
        { "POST", "/v1/processes/bulk", """{"action":"cancel","filter":{"status":["bogus"]}}""", 400, "[filter.status" },
        { "POST", "/v1/processes/bulk", """{"action":"cancel","filter":{"status":["none"]}}""", 400, "[filter.status" },
        { "POST", "/v1/processes/bulk", """{"action":"cancel","filter":{"status":[3]}}""", 400, "[filter.status" },
        { "POST", "/v1/processes/bulk", """{"action":"cancel","filter":{"state":"failed"}}""", 400, "state" },
        { "POST", "/v1/processes/bulk", """{"action":"cancel","filter":{"labels":{"a":null}}}""", 400, "[filter.labels.a]" },
        { "POST", "/v1/processes/bulk", """{"action":"priority","filter":{"queue":"q"}}""", 400, "[priority]" },
        { "POST", "/v1/processes/bulk", """{"action":"priority","filter":{"queue":"q"},"priority":1000001}""", 400, "[priority]" },
        { "POST", "/v1/processes/bulk", """{"action":"priority","filter":{"queue":"q"},"priority":1000001,"dryRun":true}""", 400, "[priority]" },
        { "POST", "/v1/processes/bulk", """{"action":"cancel","filter":{"queue":"q"},"reason":"<x*1025>"}""", 400, "[reason]" },
        { "POST", "/v1/assign", "{}", 400, "[executor]" },
        { "POST", "/v1/assign", """{"executor":"a b","queues":["q"]}""", 400, "[executor]" },
        { "POST", "/v1/assign", """{"executor":"w"}""", 400, "[queues]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":[]}""", 400, "[queues]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["a/b"]}""", 400, "[queues]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":[<ids*101>]}""", 400, "[queues]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":"q"}""", 400, "[queues]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"types":[null]}""", 400, "[types]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"functions":[""]}""", 400, "[functions]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"functions":["a\u0000"]}""", 400, "[functions]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"runtimes":["a b"]}""", 400, "[runtimes]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"labels":{"a":null}}""", 400, "[labels.a]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"location":"<x*257>"}""", 400, "[location]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"resources":{"gpu":-1}}""", 400, "[resources.gpu]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"max":0}""", 400, "[max]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"max":1001}""", 400, "[max]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"max":"1"}""", 400, "[max]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"wait":-1}""", 400, "[wait]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"wait":"soon"}""", 400, "[wait]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"requestId":"a b"}""", 400, "[requestId]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"namespace":"a/b"}""", 400, "[namespace]" },
        { "POST", "/v1/assign", """{"executor":"w","queues":["q"],"queue":"q"}""", 400, "[queue]" },
        { "POST", "/v1/executors", "{}", 400, "[id]" },
        { "POST", "/v1/executors", """{"id":".."}""", 400, "[id]" },
        { "POST", "/v1/executors", """{"id":"e","types":["a/b"]}""", 400, "[types]" },
        { "POST", "/v1/executors", """{"id":"e","lastSeen":"2026-01-01T00:00:00Z"}""", 400, "[lastSeen]" },
        { "POST", "/v1/executors", """{"id":"e","registeredAt":"2026-01-01T00:00:00Z"}""", 400, "[registeredAt]" },
        { "POST", "/v1/executors", """{"id":"e","resources":{"cpu":"4"}}""", 400, "[resources" },
        { "POST", "/v1/executors", """{"id":"e","colour":"red"}""", 400, "[colour]" },
        { "PUT", "/v1/queues/a%2Fb", "{}", 400, "[name]" },
        { "PUT", "/v1/queues/q", "[]", 400, "another kind" },
        { "PUT", "/v1/queues/q", """{"maxRunning":0}""", 400, "[maxRunning]" },
        { "PUT", "/v1/queues/q", """{"maxRunning":-1}""", 400, "[maxRunning]" },
        { "PUT", "/v1/queues/q", """{"maxRunning":100001}""", 400, "[maxRunning]" },
        { "PUT", "/v1/queues/q", """{"maxRunning":"2"}""", 400, "[maxRunning]" },
        { "PUT", "/v1/queues/q", """{"ratePerSecond":0}""", 400, "[ratePerSecond]" },
        { "PUT", "/v1/queues/q", """{"ratePerSecond":-1}""", 400, "[ratePerSecond]" },
        { "PUT", "/v1/queues/q", """{"ratePerSecond":1e999}""", 400, "[ratePerSecond]" },
        { "PUT", "/v1/queues/q", """{"paused":"yes"}""", 400, "[paused]" },
        { "PUT", "/v1/queues/q", """{"limit":1}""", 400, "[limit]" },
        { "POST", "/v1/queues/q/limits", "", 400, "JSON" },
        { "POST", "/v1/queues/q/limits", """{"maxRunning":-2}""", 400, "[maxRunning]" },
        { "POST", "/v1/processes/a/attempts/0/heartbeat", "{}", 400, "[attempt]" },
        { "POST", "/v1/processes/a/attempts/-1/complete", "{}", 400, "[attempt]" },
        { "POST", "/v1/processes/a/attempts/first/complete", "{}", 404, "nothing at" },
        { "POST", "/v1/processes/a/attempts/1/explode", "{}", 404, "nothing at" },
        { "POST", "/v1/processes/a/attempts/1/heartbeat", """{"alive":true}""", 400, "[alive]" },
        { "POST", "/v1/processes/a/attempts/1/heartbeat", """{"checkpoint":"<x*65536>"}""", 413, "[checkpoint]" },
        { "POST", "/v1/processes/a/attempts/1/progress", """{"fraction":1.5}""", 400, "[fraction]" },
        { "POST", "/v1/processes/a/attempts/1/progress", """{"fraction":-0.1}""", 400, "[fraction]" },
        { "POST", "/v1/processes/a/attempts/1/progress", """{"fraction":"half"}""", 400, "[fraction]" },
        { "POST", "/v1/processes/a/attempts/1/progress", """{"message":"<x*1025>"}""", 400, "[message]" },
        { "POST", "/v1/processes/a/attempts/1/logs", "{}", 400, "[lines]" },
        { "POST", "/v1/processes/a/attempts/1/logs", """{"lines":[]}""", 400, "[lines]" },
        { "POST", "/v1/processes/a/attempts/1/logs", """{"lines":[<lines*1001>]}""", 413, "[lines]" },
        { "POST", "/v1/processes/a/attempts/1/logs", """{"lines":[null]}""", 400, "[lines[0]" },
        { "POST", "/v1/processes/a/attempts/1/logs", """{"lines":[{"sequence":1}]}""", 400, "[lines[0].text]" },
        { "POST", "/v1/processes/a/attempts/1/logs", """{"lines":[{"text":"a"}]}""", 400, "[lines[0].sequence]" },
        { "POST", "/v1/processes/a/attempts/1/logs", """{"lines":[{"text":"a","sequence":-1}]}""", 400, "[lines[0].sequence]" },
        { "POST", "/v1/processes/a/attempts/1/logs", """{"lines":[{"text":"a","sequence":1,"stream":"<x*33>"}]}""", 400, "[lines[0].stream]" },
        { "POST", "/v1/processes/a/attempts/1/logs", """{"lines":[{"text":"<x*16385>","sequence":1}]}""", 413, "[lines[0].text]" },
        { "POST", "/v1/processes/a/attempts/1/complete", """{"result":"<x*1048576>"}""", 413, "[result]" },
        { "POST", "/v1/processes/a/attempts/1/complete", """{"output":1}""", 400, "[output]" },
        { "POST", "/v1/processes/a/attempts/1/complete", """{"result":"\ud800"}""", 400, "" },
        { "POST", "/v1/processes/a/attempts/1/fail", """{"error":"<x*16385>"}""", 400, "[error]" },
        { "POST", "/v1/processes/a/attempts/1/fail", """{"error":5}""", 400, "[error]" },
        { "POST", "/v1/processes/a/attempts/1/fail", """{"retryable":"no"}""", 400, "[retryable]" },
        { "POST", "/v1/processes/a/attempts/1/release", """{"reason":"<x*1025>"}""", 400, "[reason]" },
        { "POST", "/v1/attempts/complete", "{}", 400, "[items]" },
        { "POST", "/v1/attempts/complete", "[]", 400, "another kind" },
        { "POST", "/v1/attempts/heartbeat", """{"items":[<ones*2>]}""", 400, "items" },
        { "POST", "/v1/attempts/explode", """{"items":[]}""", 404, "nothing at" },
    };

    /// <summary>Everything that can be said of one process, queue or executor.</summary>
    public static TheoryData<string, string, string, string> Unknown => new()
    {
        { "GET", "/v1/processes/nobody", "", "no process nobody" },
        { "GET", "/v1/processes/nobody?wait=10s", "", "no process nobody" },
        { "GET", "/v1/processes/nobody/history", "", "no process nobody" },
        { "GET", "/v1/processes/nobody/logs", "", "no process nobody" },
        { "GET", "/v1/processes/nobody/logs?follow=true", "", "no process nobody" },
        { "GET", "/v1/processes/nobody/files", "", "no process nobody" },
        { "GET", "/v1/processes/nobody/files/a.txt", "", "no process nobody" },
        { "PUT", "/v1/processes/nobody/files/a.txt", "{}", "no process nobody" },
        { "POST", "/v1/processes/nobody/cancel", "", "no process" },
        { "POST", "/v1/processes/nobody/retry", "", "no process" },
        { "POST", "/v1/processes/nobody/priority", """{"priority":1}""", "no process" },
        { "POST", "/v1/processes/nobody/attributes", """{"a":"b"}""", "no process" },
        { "POST", "/v1/processes/nobody/attempts/1/heartbeat", "", "no process" },
        { "POST", "/v1/processes/nobody/attempts/1/progress", "{}", "no process" },
        { "POST", "/v1/processes/nobody/attempts/1/logs", """{"lines":[{"sequence":1,"text":"a"}]}""", "no process" },
        { "POST", "/v1/processes/nobody/attempts/1/complete", "", "no process" },
        { "POST", "/v1/processes/nobody/attempts/1/fail", "", "no process" },
        { "POST", "/v1/processes/nobody/attempts/1/release", "", "no process" },
        { "GET", "/v1/queues/nobody", "", "no queue nobody" },
        { "POST", "/v1/queues/nobody/limits", """{"maxRunning":1}""", "no queue nobody" },
        { "POST", "/v1/queues/nobody/pause", "", "no queue nobody" },
        { "POST", "/v1/queues/nobody/resume", "", "no queue nobody" },
        { "GET", "/v1/executors/nobody", "", "no executor nobody" },
        { "POST", "/v1/executors/nobody/heartbeat", "", "no executor nobody" },
        { "DELETE", "/v1/executors/nobody", "", "no executor nobody" },
    };

    /// <summary>Ways that lead nowhere.</summary>
    public static TheoryData<string, string, int> Routes => new()
    {
        { "GET", "/", 404 },
        { "GET", "/v2/processes", 404 },
        { "GET", "/v1", 404 },
        { "GET", "/v1/nothing", 404 },
        { "POST", "/v1/processes/a/explode", 404 },
        { "DELETE", "/v1/processes", 405 },
        { "PUT", "/v1/processes/a", 405 },
        { "GET", "/v1/assign", 405 },
        { "GET", "/v1/processes/a/cancel", 405 },
        { "GET", "/v1/attempts/complete", 405 },
        { "DELETE", "/v1/queues/a", 405 },
        { "POST", "/health/live", 405 },
    };

    private Api Api => fixture.Seed.Api;

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_wrong_request_says_what_is_wrong_and_changes_nothing(string method, string path, string body, int status, string part)
    {
        DoorSteps.ShouldBeRefusal(await DoorSteps.SendAsync(Api, method, path, body, _namespace), status, part);
        await DoorSteps.NothingStoredAsync(Api, _namespace);
    }

    [Theory]
    [MemberData(nameof(Unknown))]
    public async Task What_does_not_exist_is_not_found_and_not_made(string method, string path, string body, string part)
    {
        DoorSteps.ShouldBeRefusal(await DoorSteps.SendAsync(Api, method, path, body, _namespace), 404, part);
        await DoorSteps.NothingStoredAsync(Api, _namespace);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_wrong_way_says_so(string method, string path, int status) =>
        DoorSteps.ShouldBeRefusal(await DoorSteps.SendAsync(Api, method, path, "", _namespace), status, path);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("..")]
    [InlineData("a%2Fb")]
    public async Task A_wrong_namespace_is_refused_everywhere(string nameSpace)
    {
        foreach (var path in new[] { "/v1/processes", "/v1/processes/a", "/v1/processes/a/history", "/v1/queues", "/v1/queues/a", "/v1/executors", "/v1/executors/a", "/v1/events" })
        {
            DoorSteps.ShouldBeRefusal(await DoorSteps.SendAsync(Api, "GET", path, "", nameSpace), 400, "[namespace]");
        }
    }

    [Fact]
    public async Task In_a_batch_of_words_every_item_gets_its_own_verdict_in_order()
    {
        var id = await Api.SubmitAsync($$"""{"queue":"{{_namespace}}","func":"f"}""");
        (await Api.AssignAsync(_namespace)).ShouldHaveSingleItem().Id().ShouldBe(id);
        var answer = await Api.PostAsync("/v1/attempts/complete", $$"""
            {"items":[
              {"id":"nobody","attempt":1},
              null,
              {"id":"{{id}}"},
              {"id":"{{id}}","attempt":2},
              {"id":"{{id}}","attempt":1,"result":"{{new string('x', 1 << 20)}}"},
              {"id":"a b","attempt":1},
              {"attempt":1},
              {"id":"{{id}}","attempt":1,"namespace":"elsewhere"},
              {"id":"{{id}}","attempt":1,"result":1},
              {"id":"{{id}}","attempt":1,"result":1},
              {"id":"{{id}}","attempt":1,"result":2}
            ]}
            """).OkAsync();
        var items = answer["items"]!.AsArray();
        // Of the last three, which go out at once, one result wins.
        items.Take(8).Select(i => i!["status"]!.GetValue<int>()).ShouldBe([404, 400, 400, 409, 413, 400, 400, 404]);
        items.Skip(8).Select(i => i!["status"]!.GetValue<int>()).ShouldContain(200);
        items[4]!["problem"]!["field"]!.GetValue<string>().ShouldBe("result");
        (await Api.StatusAsync(id)).ShouldBe("succeeded");
        (await Api.StoryAsync(id)).ShouldBe("submitted assigned succeeded");
    }

    [Fact]
    public async Task Too_many_items_of_a_batch_are_refused_as_a_whole()
    {
        var items = string.Join(',', Enumerable.Range(0, 1001).Select(i => $$"""{"id":"p{{i}}","attempt":1}"""));
        DoorSteps.ShouldBeRefusal(await DoorSteps.SendAsync(Api, "POST", "/v1/attempts/complete", $$"""{"items":[{{items}}]}""", _namespace), 413, "1000");
    }
}
