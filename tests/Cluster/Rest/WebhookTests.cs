using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Muster.Seed;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Rest;

public sealed class WebhookTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task The_end_of_a_process_is_told_once_and_signed()
    {
        await using var receiver = await Receiver.StartAsync();
        var running = await RunningAsync($$""","labels":{"a":"b"},"webhook":{"url":"{{receiver.Url}}","secret":"s3cret ä"}""");
        receiver.Told.ShouldBeEmpty();
        await Api.CompleteAsync(running, """{"result":{"n":1}}""");
        var (text, signature) = await ToldAsync(receiver);
        var body = JsonNode.Parse(text)!;
        body.Id().ShouldBe(running.Id());
        body.Status().ShouldBe("succeeded");
        body["result"]!.ToJsonString().ShouldBe("""{"n":1}""");
        body["labels"]!.ToJsonString().ShouldBe("""{"a":"b"}""");
        text.ShouldNotContain("s3cret");
        // As a receiver would verify it.
        var parts = signature!.Split(',').ToDictionary(p => p.Split('=')[0], p => p.Split('=')[1]);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes("s3cret ä"), Encoding.UTF8.GetBytes($"{parts["t"]}.{text}"));
        parts["v1"].ShouldBe(Convert.ToHexStringLower(mac));
        var sent = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts["t"], CultureInfo.InvariantCulture));
        (Seed.Store.Clock.GetUtcNow() - sent).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMinutes(2));
        (await Api.ProcessAsync(running.Id()))["spec"]!["webhook"]!["secret"]!.GetValue<string>().ShouldBe("***");
        // A later process is told, and the first one not again.
        await Api.PostAsync($"/v1/processes/{await SubmitAsync($$""","webhook":{"url":"{{receiver.Url}}"}""")}/cancel").OkAsync();
        var (second, none) = await ToldAsync(receiver, 2);
        JsonNode.Parse(second)!.Status().ShouldBe("cancelled");
        none.ShouldBeNull();
    }

    [Fact]
    public async Task What_was_not_taken_is_told_again_and_does_not_hold_up_others()
    {
        await using var receiver = await Receiver.StartAsync();
        var failing = await SubmitAsync($$""","webhook":{"url":"{{receiver.Url}}"}""");
        var answers = new Queue<int>([500, 301]);
        receiver.Answer = body => body.Contains(failing, StringComparison.Ordinal) && answers.TryDequeue(out var status) ? status : 204;
        var unreachable = await SubmitAsync(""","webhook":{"url":"http://127.0.0.1:1/hook"}""");
        foreach (var id in new[] { failing, unreachable })
        {
            await Api.PostAsync($"/v1/processes/{id}/cancel").OkAsync();
        }

        var fine = await SubmitAsync($$""","webhook":{"url":"{{receiver.Url}}"}""");
        await Api.PostAsync($"/v1/processes/{fine}/cancel").OkAsync();
        await Eventually.TrueAsync(() => Task.FromResult(receiver.Told.Count == 4), 60);
        var told = receiver.Told.Select(t => JsonNode.Parse(t.Body)!.Id()).ToList();
        told.Count(id => id == failing).ShouldBe(3);
        told.Take(2).ShouldBe([failing, fine], ignoreOrder: true);
    }

    [Fact]
    public async Task A_retried_process_is_told_again_at_its_next_end()
    {
        await using var receiver = await Receiver.StartAsync();
        var running = await RunningAsync($$""","maxRetries":0,"webhook":{"url":"{{receiver.Url}}"}""");
        await Api.FailAsync(running);
        JsonNode.Parse((await ToldAsync(receiver)).Body)!.Status().ShouldBe("failed");
        await Api.PostAsync($"/v1/processes/{running.Id()}/retry").OkAsync();
        await Api.CompleteAsync(await AssignAsync());
        JsonNode.Parse((await ToldAsync(receiver, 2)).Body)!.Status().ShouldBe("succeeded");
    }

    [Fact]
    public async Task Many_ends_are_told_without_waiting_for_each_other()
    {
        await using var receiver = await Receiver.StartAsync();
        await Api.PostAsync("/v1/processes", $"[{string.Join(',', Enumerable.Range(0, 200).Select(_ => $$"""{"queue":"{{Queue}}","func":"f","webhook":{"url":"{{receiver.Url}}"} }"""))}]").OkAsync();
        await Api.PostAsync("/v1/processes/bulk", $$"""{"action":"cancel","filter":{"queue":"{{Queue}}"} }""").OkAsync();
        await Eventually.TrueAsync(() => Task.FromResult(receiver.Told.Count >= 200), 10);
        receiver.Told.Select(t => JsonNode.Parse(t.Body)!.Id()).Distinct().Count().ShouldBe(200);
    }

    [Fact]
    public async Task What_was_not_told_before_a_restart_is_told_after_it()
    {
        using var folder = new TestFolder();
        var settings = new SeedSettings { Store = folder.File("muster.db"), Slots = 0 };
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = _ => 503;
        string id;
        await using (var before = await TestSeed.StartAsync(settings))
        {
            id = await before.Api.SubmitAsync($$"""{"func":"f","webhook":{"url":"{{receiver.Url}}"} }""");
            await before.Api.PostAsync($"/v1/processes/{id}/cancel").OkAsync();
            await ToldAsync(receiver);
        }

        receiver.Answer = _ => 200;
        var tried = receiver.Told.Count;
        await using var after = await TestSeed.StartAsync(settings);
        JsonNode.Parse((await ToldAsync(receiver, tried + 1)).Body)!.Id().ShouldBe(id);
    }

    private static async Task<(string Body, string? Signature)> ToldAsync(Receiver receiver, int count = 1)
    {
        await Eventually.TrueAsync(() => Task.FromResult(receiver.Told.Count >= count));
        return receiver.Told.ElementAt(count - 1);
    }
}
