using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Muster.Tests.Faults;

/// <summary>Submits work of every kind at a steady rate, and runs part of it, through whichever gateway answers.</summary>
internal sealed class Load : IAsyncDisposable
{
    /// <summary>How many of the queue <c>limited</c> may run at once.</summary>
    public const int Limit = 3;

    /// <summary>How long the doomed wait: nobody serves their queue.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(4);

    private const int Workers = 4;

    private static readonly string[] Kinds = ["pool", "http", "parent", "limited", "pool", "http", "doomed", "pool", "http", "pool"];

    private readonly History _history;
    private readonly IReadOnlyList<HttpClient> _gateways;
    private readonly CancellationTokenSource _stopSubmits = new();
    private readonly CancellationTokenSource _stopWork = new();
    private readonly List<Task> _submitting = [];
    private readonly List<Task> _working = [];
    private int _next;
    private int _turn;

    public Load(IReadOnlyList<string> urls, History history)
    {
        _history = history;
        _gateways = [.. urls.Select(u => new HttpClient { BaseAddress = new Uri(u), Timeout = TimeSpan.FromSeconds(10) })];
    }

    /// <summary>The fault that runs; submissions belong to it.</summary>
    public string Fault { get; set; } = "the start";

    /// <summary>Begins.</summary>
    public async Task StartAsync(int perSecond)
    {
        await AnsweredAsync(http => http.PutAsJsonAsync("/v1/queues/limited", new { maxRunning = Limit }), HttpStatusCode.OK, HttpStatusCode.NoContent).ConfigureAwait(false);
        _submitting.Add(SubmitAsync(perSecond));
        for (var i = 0; i < Workers; i++)
        {
            _working.Add(WorkAsync($"bench-{i}"));
        }
    }

    /// <summary>Submits no more; what was begun is brought to its answer.</summary>
    public async Task StopSubmitsAsync()
    {
        await _stopSubmits.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_submitting).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopSubmitsAsync().ConfigureAwait(false);
        await _stopWork.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_working).ConfigureAwait(false);
        foreach (var http in _gateways)
        {
            http.Dispose();
        }

        _stopSubmits.Dispose();
        _stopWork.Dispose();
    }

    private async Task SubmitAsync(int perSecond)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
        var open = new List<Task>();
        try
        {
            while (await timer.WaitForNextTickAsync(_stopSubmits.Token).ConfigureAwait(false))
            {
                var number = ++_next;
                open.Add(SubmitAsync($"p{number}", Kinds[number % Kinds.Length]));
                open.RemoveAll(t => t.IsCompletedSuccessfully);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }

        await Task.WhenAll(open).ConfigureAwait(false);
    }

    private async Task<bool> SubmitAsync(string id, string kind)
    {
        object Body(string func, string queue, params string[] after) => new { id, func, queue, args = new[] { id }, lease = "15s", maxRetries = 30, retry = new { delay = "0s" }, after };
        if (kind == "parent" && !await SubmitAsync($"{id}-parent", "pool").ConfigureAwait(false))
        {
            // A child of one that is not known to exist would be refused.
            return false;
        }

        var submission = _history.Submit(Fault, id, kind);
        var body = kind switch
        {
            "http" => Body("job", "http"),
            "limited" => Body("job", "limited"),
            "doomed" => new { id, func = "never", queue = "nobody", maxWait = $"{MaxWait.TotalSeconds}s" },
            "parent" => Body("echo", "default", $"{id}-parent"),
            _ => Body("echo", "default"),
        };
        // Repeated with the same id until it is answered, as the client library does.
        if (await AnsweredAsync(http => http.PostAsJsonAsync("/v1/processes", body), HttpStatusCode.Created, HttpStatusCode.OK).ConfigureAwait(false) is null)
        {
            return false;
        }

        submission.AcknowledgedAt = TimeProvider.System.GetTimestamp();
        // Whichever gateway is asked next.
        if (kind != "pool" && await AnsweredAsync(http => http.GetAsync($"/v1/processes/{id}"), HttpStatusCode.OK, HttpStatusCode.NotFound).ConfigureAwait(false) is HttpStatusCode.NotFound)
        {
            _history.NotFound(id);
        }

        return true;
    }

    private async Task WorkAsync(string executor)
    {
        var random = new Random(executor.GetHashCode(StringComparison.Ordinal));
        while (!_stopWork.IsCancellationRequested)
        {
            try
            {
                using var answer = await Next().PostAsJsonAsync("/v1/assign", new { executor, queues = new[] { "http", "limited" }, max = 4, wait = "3s" }, _stopWork.Token).ConfigureAwait(false);
                var assignments = answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync(_stopWork.Token).ConfigureAwait(false))!["assignments"]!.AsArray() : [];
                if (!answer.IsSuccessStatusCode)
                {
                    await Task.Delay(200, _stopWork.Token).ConfigureAwait(false);
                }

                await Task.WhenAll(assignments.Select(a => RunAsync(a!["id"]!.GetValue<string>(), a["attempt"]!.GetValue<int>(), random.Next(1, 60)))).ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                await Task.Delay(200).ConfigureAwait(false);
            }
        }
    }

    private async Task RunAsync(string id, int attempt, int milliseconds)
    {
        _history.Began(id, attempt);
        await Task.Delay(milliseconds).ConfigureAwait(false);
        var result = $"{id} by attempt {attempt}";
        if (await AnsweredAsync(http => http.PostAsJsonAsync($"/v1/processes/{id}/attempts/{attempt}/complete", new { result }), HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.NotFound)
            .ConfigureAwait(false) is HttpStatusCode.OK)
        {
            _history.Complete(id, result);
        }
    }

    // Asks one gateway after the other until one gives an answer that counts; null when it took too long.
    private async Task<HttpStatusCode?> AnsweredAsync(Func<HttpClient, Task<HttpResponseMessage>> ask, params HttpStatusCode[] final)
    {
        var start = TimeProvider.System.GetTimestamp();
        var turn = Interlocked.Increment(ref _turn);
        while (TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(90))
        {
            try
            {
                using var answer = await ask(_gateways[(int)((uint)turn++ % (uint)_gateways.Count)]).ConfigureAwait(false);
                if (final.Contains(answer.StatusCode))
                {
                    return answer.StatusCode;
                }

                if ((int)answer.StatusCode < 500 && answer.StatusCode != HttpStatusCode.TooManyRequests)
                {
                    throw new InvalidOperationException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync().ConfigureAwait(false)}");
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                // The other one may answer.
            }

            await Task.Delay(100).ConfigureAwait(false);
        }

        return null;
    }

    private HttpClient Next() => _gateways[(int)((uint)Interlocked.Increment(ref _turn) % (uint)_gateways.Count)];
}
