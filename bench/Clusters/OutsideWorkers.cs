using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Bench.Measuring;

namespace Muster.Bench.Clusters;

/// <summary>Workers outside of the cluster, each in a loop: ask for work, do nothing, say that it is done.</summary>
internal sealed partial class OutsideWorkers : IAsyncDisposable
{
    private static readonly JsonElement Done = JsonElement.Parse("\"done\"");

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http;
    private readonly RunBook _book;
    private readonly int _batch;
    private readonly Task _loops;

    /// <summary>Starts them.</summary>
    /// <param name="gateway">Where they ask.</param>
    /// <param name="book">Where they note what they start.</param>
    /// <param name="options">How many they are, and how many processes one call is for.</param>
    public OutsideWorkers(Uri gateway, RunBook book, BenchOptions options)
    {
        _http = new HttpClient { BaseAddress = gateway };
        _book = book;
        _batch = options.Batch;
        _loops = Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(n => Task.Run(() => WorkAsync($"worker-{n}"))));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _loops.ConfigureAwait(false);
            _http.Dispose();
            _stop.Dispose();
        }
    }

    private async Task WorkAsync(string name)
    {
        try
        {
            while (true)
            {
                var question = new Question(name, ["default"], Math.Min(_batch, 1_000), "30s");
                using var answer = await _http.PostAsJsonAsync("/v1/assign", question, WorkJson.Default.Question, _stop.Token).ConfigureAwait(false);
                answer.EnsureSuccessStatusCode();
                var assigned = await answer.Content.ReadFromJsonAsync(WorkJson.Default.Answer, _stop.Token).ConfigureAwait(false);
                if (assigned is not { Assignments: [_, ..] all })
                {
                    continue;
                }

                foreach (var process in all)
                {
                    _book.Note(process.Id, Stopwatch.GetTimestamp());
                }

                await CompleteAsync(all).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    // What has been started is completed, also when the loops end.
    private async Task CompleteAsync(IReadOnlyList<Assigned> all)
    {
        if (_batch == 1)
        {
            var one = all[0];
            using var answer = await _http.PostAsJsonAsync($"/v1/processes/{one.Id}/attempts/{one.Attempt}/complete", new Result(Done), WorkJson.Default.Result).ConfigureAwait(false);
            answer.EnsureSuccessStatusCode();
            return;
        }

        using var answers = await _http.PostAsJsonAsync("/v1/attempts/complete", new Ends([.. all.Select(a => new End(a.Id, a.Attempt, Done))]), WorkJson.Default.Ends).ConfigureAwait(false);
        answers.EnsureSuccessStatusCode();
    }

    private sealed record Question(string Executor, IReadOnlyList<string> Queues, int Max, string Wait);

    private sealed record Answer(IReadOnlyList<Assigned> Assignments);

    private sealed record Assigned(string Id, int Attempt);

    private sealed record Result([property: JsonPropertyName("result")] JsonElement Value);

    private sealed record Ends(IReadOnlyList<End> Items);

    private sealed record End(string Id, int Attempt, JsonElement Result);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Question))]
    [JsonSerializable(typeof(Answer))]
    [JsonSerializable(typeof(Result))]
    [JsonSerializable(typeof(Ends))]
    private sealed partial class WorkJson : JsonSerializerContext;
}
