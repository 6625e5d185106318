using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Docker;

/// <summary>A cluster whose members are containers.</summary>
public sealed class ContainerTests(Images images) : IClassFixture<Images>
{
    private readonly string _key = $"muster_admin_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}";
    private readonly string _url = $"http://127.0.0.1:{Free()}";
    private string _store = "";

    private Podman Podman => images.Podman;

    [Fact]
    public async Task A_cluster_of_containers_loses_nothing_with_a_killed_node_and_stops_in_order()
    {
        _store = await (await PostgresServer.SharedAsync()).NewDatabaseAsync();
        try
        {
            await Podman.OnceAsync("seed", ["--volume", "authority:/data", "--volume", "tls:/tls"], "certs", "--ca", "/data", "--out", "/tls/all", "--name", "127.0.0.1");
            await LiveAsync(await SeedAsync(), await NodeAsync("node-1"), await NodeAsync("node-2"));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{e.Message}\n{await Podman.LogsAsync()}", e);
        }
    }

    private async Task LiveAsync(string seed, string first, string second)
    {
        foreach (var member in new[] { seed, first, second })
        {
            await Podman.HealthyAsync(member);
            (await Podman.RunAsync("exec", member, "id", "-u")).ShouldBe("10001");
        }

        using var http = new HttpClient { BaseAddress = new Uri(_url) };
        var api = new Api(http);
        (await api.PostAsync("/v1/processes", """{"func":"echo"}""")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        http.DefaultRequestHeaders.Add("X-Api-Key", _key);

        // Both nodes are busy with these when one dies.
        var slow = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            slow.Add(await api.SubmitAsync("""{"runtime":"exec","func":"sh","args":["-c","sleep 4; echo $MUSTER_ATTEMPT"],"retry":{"delay":0}}"""));
        }

        await Eventually.SeeAsync(() => ExecutorsAsync(api, slow), both => both.Contains("node-1") && both.Contains("node-2"), 60);
        await Podman.RunAsync("kill", "--signal", "KILL", first);
        var quick = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => SubmitAsync(api, $"quick-{i}")));
        var ended = new List<JsonNode>();
        foreach (var id in quick.Concat(slow))
        {
            ended.Add(await api.UntilAsync(id, "succeeded", 90));
        }

        ended.ShouldContain(p => p["retries"]!.GetValue<int>() == 1 && p["executor"]!.GetValue<string>() == "node-2", "the killed node ran something");
        (await Podman.StopAsync(second)).ShouldBe(0);
        (await Podman.StopAsync(seed)).ShouldBe(0);
    }

    // The killed node had shards; until the others have them, a submit may be told to come again.
    private static async Task<string> SubmitAsync(Api api, string id)
    {
        await Eventually.SeeAsync(
            () => api.PostAsync("/v1/processes", $$"""{"id":"{{id}}","func":"echo"}"""), answer => answer.Status is HttpStatusCode.Created or HttpStatusCode.OK, 60);
        return id;
    }

    private Task<string> SeedAsync() => Podman.StartAsync("seed", Variables(("MUSTER_URLS", _url), ("MUSTER_BOOTSTRAP_KEY", _key), ("MUSTER_SLOTS", "0")), Options);

    private Task<string> NodeAsync(string name) =>
        Podman.StartAsync("node", Variables(("MUSTER_NAME", name), ("MUSTER_HEALTH", $"127.0.0.1:{Free()}"), ("MUSTER_SLOTS", "4"), ("MUSTER_DRAIN", "2s")), Options, "--exec");

    // As compose and Kubernetes run them: nothing to gain, and nothing to write outside of the folders for it.
    private static IReadOnlyList<string> Options { get; } = ["--volume", "tls:/tls:ro", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--read-only", "--tmpfs", "/tmp:exec"];

    private Dictionary<string, string> Variables(params (string Name, string Value)[] more) =>
        new([.. more.Select(m => KeyValuePair.Create(m.Name, m.Value)), new("MUSTER_STORE", _store), new("MUSTER_TLS_DIR", "/tls/all"), new("MUSTER_REMOTE", $"127.0.0.1:{Free()}")]);

    private static async Task<HashSet<string>> ExecutorsAsync(Api api, IEnumerable<string> ids)
    {
        var processes = await Task.WhenAll(ids.Select(async id => (await api.GetAsync($"/v1/processes/{id}")).Body!));
        return [.. processes.Where(p => p["status"]!.GetValue<string>() == "running").Select(p => p["executor"]!.GetValue<string>())];
    }

    private static int Free()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
