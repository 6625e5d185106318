using System.Net;
using Muster.Engine.Inspection;
using Muster.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Inspection;

/// <summary>What the gateway shows of the cluster, and how it is changed.</summary>
public sealed class AdminTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task The_members_are_shown_with_roles_status_version_and_who_leads()
    {
        var cluster = await Api.GetAsync("/v1/cluster").OkAsync();
        var member = cluster["members"]!.AsArray().ShouldHaveSingleItem()!;
        var address = member["address"]!.GetValue<string>();
        address.ShouldStartWith("akka.tcp://muster@127.0.0.1:");
        (cluster["self"]!.GetValue<string>(), cluster["leader"]!.GetValue<string>(), cluster["roleLeaders"]!["core"]!.GetValue<string>()).ShouldBe((address, address, address));
        (member["status"]!.GetValue<string>(), member["reachable"]!.GetValue<bool>(), member["age"]!.GetValue<int>(), member["self"]!.GetValue<bool>()).ShouldBe(("up", true, 1, true));
        member["version"]!.GetValue<string>().ShouldBe(VersionText.Muster);
        member["roles"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe(["cluster-muster", "core", "seed", "worker"]);
    }

    [Fact]
    public async Task Each_node_says_how_it_does()
    {
        var node = (await Api.GetAsync("/v1/cluster/nodes").OkAsync())["items"]!.AsArray().ShouldHaveSingleItem()!;
        node["versions"]!["muster"]!.GetValue<string>().ShouldBe(VersionText.Muster);
        node["processId"]!.GetValue<int>().ShouldBe(Environment.ProcessId);
        node["workingSet"]!.GetValue<long>().ShouldBeGreaterThan(10 << 20);
        node["singletons"]!.AsArray().Select(s => s!.GetValue<string>()).ShouldContain("/system/sharding/processCoordinator/singleton");
    }

    [Fact]
    public async Task A_process_is_found_in_its_shard_in_memory_and_out_of_it()
    {
        var assignment = await RunningAsync();
        var place = await Api.GetAsync($"/v1/cluster/locate?id={assignment.Id()}").OkAsync();
        (place["entity"]!.GetValue<string>(), place["inMemory"]!.GetValue<bool>()).ShouldBe(($"default/{assignment.Id()}", true));
        var regions = (await Api.GetAsync("/v1/cluster/shards?type=process").OkAsync())["items"]![0]!["regions"]!.AsArray();
        var region = regions.Single(r => r!["node"]!.GetValue<string>() == place["node"]!.GetValue<string>())!;
        region["shards"]![place["shard"]!.GetValue<string>()]!.GetValue<int>().ShouldBeGreaterThanOrEqualTo(1);

        await Api.CompleteAsync(assignment);
        await Eventually.SeeAsync(() => Api.GetAsync($"/v1/cluster/locate?id={assignment.Id()}").OkAsync(), p => !p["inMemory"]!.GetValue<bool>());
    }

    [Fact]
    public async Task The_tree_of_actors_goes_to_a_depth()
    {
        var top = await PathsAsync("path=/user&depth=1");
        top.ShouldContain("/user/core");
        top.ShouldContain("/user/inspector");
        top.ShouldNotContain("/user/core/dispatcher");
        top.ShouldBe(top.Order(StringComparer.Ordinal));
        (await PathsAsync("path=/user/core&depth=0")).ShouldBe(["/user/core"]);
        (await PathsAsync("")).ShouldContain("/user/core/dispatcher");
        await Api.GetAsync("/v1/cluster/actors?path=/user/nobody").RefusedAsync(404, "There is no actor /user/nobody");
        await Api.GetAsync("/v1/cluster/actors?depth=33").RefusedAsync(400, "depth");
        await Api.GetAsync("/v1/cluster/actors?node=127.0.0.1:1").RefusedAsync(404, "There is no member 127.0.0.1:1");
    }

    [Fact]
    public async Task Settings_are_shown_with_their_secrets_masked()
    {
        var own = (await Api.GetAsync("/v1/cluster/settings").OkAsync())["values"]!;
        (own["store"]!.GetValue<string>(), own["queues"]!.GetValue<string>()).ShouldBe(("memory", "default"));
        var akka = (await Api.GetAsync("/v1/cluster/settings?path=akka.cluster").OkAsync())["values"]!;
        akka["akka.cluster.split-brain-resolver.stable-after"]!.GetValue<string>().ShouldBe("4s");
        akka["akka.cluster.app-version"]!.GetValue<string>().ShouldBe(VersionText.Muster);
        await Api.GetAsync("/v1/cluster/settings?path=akka.nothing").RefusedAsync(404, "no setting 'akka.nothing'");
    }

    [Fact]
    public async Task A_logger_speaks_more_for_a_while()
    {
        var name = Fresh("Muster.Tests.Speaker");
        var logger = Seed.Services.GetRequiredService<ILoggerFactory>().CreateLogger(name);
        logger.IsEnabled(LogLevel.Debug).ShouldBeFalse();
        var answer = await Api.PostAsync("/v1/cluster/log-level", $$"""{"logger":"{{name}}","level":"debug","for":"2s"}""").OkAsync();
        answer["items"]![0]!["change"]!["logger"]!.GetValue<string>().ShouldBe(name);
        logger.IsEnabled(LogLevel.Debug).ShouldBeTrue();
#pragma warning disable CA1848, CA1873 // The logger is made up by the test.
        logger.LogDebug("only {Now}", "now");
#pragma warning restore CA1848, CA1873
        var lines = (await Api.GetAsync("/v1/cluster/logs?lines=50").OkAsync())["items"]!.AsArray();
        lines.Where(l => l!["logger"]!.GetValue<string>() == name).ShouldHaveSingleItem()!["text"]!.GetValue<string>().ShouldBe("only now");
        await Eventually.Holds(() => !logger.IsEnabled(LogLevel.Debug), "its own level again");
        await Api.PostAsync("/v1/cluster/log-level", """{"level":"loud"}""").RefusedAsync(400, "level");
        await Api.PostAsync("/v1/cluster/log-level", """{"level":"debug","for":"2d"}""").RefusedAsync(400, "for");
    }

    [Fact]
    public async Task Changes_of_the_cluster_are_streamed_beginning_with_what_is_so()
    {
        await using var stream = await Sse.OpenAsync(Api, "/v1/cluster/events");
        var seen = new HashSet<string>();
        while (!seen.IsSupersetOf(["up", "leader"]))
        {
            seen.Add((await stream.NextAsync()).ShouldNotBeNull().Data["what"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task What_changes_the_cluster_is_said_twice_and_only_of_members()
    {
        await Api.PostAsync("/v1/cluster/down", """{"address":"127.0.0.1:1"}""").RefusedAsync(400, "\"confirm\": \"127.0.0.1:1\"");
        await Api.PostAsync("/v1/cluster/down", """{"address":"127.0.0.1:1","confirm":"127.0.0.1:1"}""").RefusedAsync(404, "There is no member");
        await Api.PostAsync("/v1/cluster/leave", "{}").RefusedAsync(400, "address");
        await Api.PostAsync("/v1/cluster/down-unreachable", "{}").RefusedAsync(400, "confirm");
        (await Api.PostAsync("/v1/cluster/down-unreachable", """{"confirm":"unreachable"}""")).Status.ShouldBe(HttpStatusCode.Accepted);
        await Api.PostAsync("/v1/cluster/join", """{"address":"nowhere","confirm":"nowhere"}""").RefusedAsync(400, "no address");
        const string other = "akka.tcp://muster@127.0.0.1:1";
        await Api.PostAsync("/v1/cluster/join", $$"""{"address":"{{other}}","confirm":"{{other}}"}""").RefusedAsync(409, "in its cluster already");
        (await Api.GetAsync("/v1/cluster").OkAsync())["members"]![0]!["status"]!.GetValue<string>().ShouldBe("up");
    }

    [Fact]
    public async Task Where_nothing_runs_work_there_is_nothing_to_drain()
    {
        var self = (await Api.GetAsync("/v1/cluster").OkAsync())["self"]!.GetValue<string>();
        await Api.PostAsync("/v1/cluster/drain", $$"""{"address":"{{self}}","confirm":"{{self}}"}""").RefusedAsync(409, "runs no processes");
        await Api.PostAsync("/v1/cluster/drain", $$"""{"address":"{{self}}","confirm":"{{self}}","deadline":"2d"}""").RefusedAsync(400, "deadline");
        await Api.PostAsync("/v1/cluster/undrain", $$"""{"address":"{{self}}"}""").RefusedAsync(400, "confirm");
    }

    private async Task<IReadOnlyList<string>> PathsAsync(string query) =>
        [.. (await Api.GetAsync($"/v1/cluster/actors?{query}").OkAsync())["paths"]!.AsArray().Select(p => p!.GetValue<string>())];
}
