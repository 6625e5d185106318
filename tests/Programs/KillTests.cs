using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Programs;

/// <summary>kill -9 of the only seed at full load, several times over: nothing acknowledged is lost, and everything finishes.</summary>
public sealed class KillTests : IAsyncDisposable
{
    private const int PerRound = 400;

    private readonly TestFolder _folder = new();
    private readonly int _port = Ports.Free();
    private readonly ConcurrentDictionary<string, string> _acknowledged = new();
    private readonly ConcurrentDictionary<(string Id, int Attempt), string> _completed = new();
    private readonly HttpClient _http;
    private string[] _store = [];

    public KillTests() => _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = TimeSpan.FromSeconds(20 * Eventually.Slow) };

    [Theory]
    [InlineData("sqlite", 5)]
    [InlineData("postgres", 3)]
    public async Task Nothing_acknowledged_is_lost_and_everything_finishes(string store, int rounds)
    {
        if (store == "postgres")
        {
            var server = await PostgresServer.SharedAsync();
            _store = ["--store", await server.NewDatabaseAsync()];
        }

        using var over = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 3).Select(n => Task.Run(() => WorkAsync($"worker-{n}", over.Token))).ToList();
        for (var round = 0; round < rounds; round++)
        {
            await using var seed = Start();
            await seed.ReadyAsync();
            using var load = new CancellationTokenSource();
            var target = (round + 1) * PerRound;
            var submitters = Enumerable.Range(0, 4).Select(n => Task.Run(() => SubmitAsync($"r{round}-s{n}", load.Token))).ToList();
            await Eventually.SeeAsync(() => Task.FromResult(_acknowledged.Count), n => n >= target, 60);
            // In the middle of submits, assigns and completes.
            await seed.KillAsync();
            await load.CancelAsync();
            await Task.WhenAll(submitters);
        }

        await using var last = Start();
        await last.ReadyAsync();
        await FinishedAsync(last.Api);
        await over.CancelAsync();
        await Task.WhenAll(workers);
        await CheckAsync(last.Api, rounds);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _folder.Dispose();
        await ValueTask.CompletedTask;
    }

    private SeedProcess Start() => SeedProcess.Start(_folder.Path, $"http://127.0.0.1:{_port}", ["--urls", $"http://127.0.0.1:{_port}", "--slots", "0", "--log-level", "warning", .. _store]);

    // One after the other, each id known before it is sent, so that an answer that never came is told from one that did.
    private async Task SubmitAsync(string name, CancellationToken stop)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var id = $"{name}-{n}";
            // A worker that dies with its answer is noticed by the lease; short, so that the test ends.
            if (await PostAsync("/v1/processes", $$"""{"id":"{{id}}","queue":"kill","func":"work","args":[{{n}}],"lease":3,"maxRetries":-1,"retry":{"delay":0} }""", stop) is { } answer)
            {
                _acknowledged[id] = answer["status"]!.GetValue<string>();
            }
        }
    }

    private async Task WorkAsync(string executor, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var answer = await PostAsync("/v1/assign", $$"""{"executor":"{{executor}}","queues":["kill"],"max":20,"wait":"1s"}""", stop);
            foreach (var assignment in answer?["assignments"]?.AsArray() ?? [])
            {
                var id = assignment!["id"]!.GetValue<string>();
                var attempt = assignment["attempt"]!.GetValue<int>();
                if (await PostAsync($"/v1/processes/{id}/attempts/{attempt}/complete", $$"""{"result":"{{id}}/{{attempt}}"}""", stop) is not null)
                {
                    _completed[(id, attempt)] = $"{id}/{attempt}";
                }
            }
        }
    }

    // Null when there was no answer, or a refusal.
    private async Task<JsonNode?> PostAsync(string path, string json, CancellationToken stop)
    {
        try
        {
            using var body = new StringContent(json, Encoding.UTF8, "application/json");
            using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), body, stop);
            var text = await response.Content.ReadAsStringAsync(stop);
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created ? JsonNode.Parse(text) : null;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or OperationCanceledException or IOException)
        {
            // While the seed starts again, the processor is needed there.
            await Task.Delay(20, CancellationToken.None);
            return null;
        }
    }

    private static async Task FinishedAsync(Api api) => await Eventually.SeeAsync(
        async () =>
        {
            var (status, queue) = await api.GetAsync("/v1/queues/kill");
            status.ShouldBe(HttpStatusCode.OK, queue?.ToJsonString());
            return queue!["counts"]!.ToJsonString();
        },
        counts => JsonNode.Parse(counts)!.AsObject().All(c => c.Key == "succeeded"), 90);

    private async Task CheckAsync(Api api, int rounds)
    {
        var stored = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            var (_, page) = await api.GetAsync($"/v1/processes?queue=kill&limit=1000{(cursor is null ? "" : $"&cursor={cursor}")}");
            foreach (var process in page!["items"]!.AsArray())
            {
                stored.Add(process!["id"]!.GetValue<string>(), process);
            }

            cursor = page["cursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        _acknowledged.Count.ShouldBeGreaterThanOrEqualTo(rounds * PerRound);
        _acknowledged.Keys.Where(id => !stored.ContainsKey(id)).ShouldBeEmpty("an acknowledged submit was lost");
        stored.Values.Where(p => p["status"]!.GetValue<string>() != "succeeded").ShouldBeEmpty();

        // An acknowledged complete is the final one, and its result is the one that is stored.
        foreach (var ((id, attempt), result) in _completed)
        {
            stored[id]["attempt"]!.GetValue<int>().ShouldBe(attempt, $"{id} ran again after its completion was acknowledged");
        }

        foreach (var ((id, _), result) in _completed.Take(200))
        {
            (await api.GetAsync($"/v1/processes/{id}")).Body!["result"]!.GetValue<string>().ShouldBe(result);
        }
    }
}
