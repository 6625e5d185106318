using System.Text.Json;
using Muster.Bench.Measuring;
using Muster.Client;

namespace Muster.Bench.Clusters;

/// <summary>A cluster that is measured, as it is seen from its gateway.</summary>
internal abstract class BenchCluster : IAsyncDisposable
{
    private const int PageSize = 1_000;

    private readonly HttpClient _http;

    /// <param name="gateway">Where its gateway is.</param>
    /// <param name="book">Where starts are noted.</param>
    /// <param name="options">What is measured.</param>
    protected BenchCluster(Uri gateway, RunBook book, BenchOptions options)
    {
        Gateway = gateway;
        Book = book;
        Payload = JsonElement.Parse($"\"{new string('x', options.Payload)}\"");
        _http = new HttpClient { BaseAddress = gateway, Timeout = Timeout.InfiniteTimeSpan };
        Client = new MusterClient(_http, new MusterClientOptions { BaseAddress = gateway });
    }

    /// <summary>Where its gateway is.</summary>
    public Uri Gateway { get; }

    /// <summary>A client of its gateway.</summary>
    public MusterClient Client { get; }

    /// <summary>Which process was started how often.</summary>
    public RunBook Book { get; }

    /// <summary>CPU time of its programs so far, in seconds.</summary>
    public abstract double CpuSeconds { get; }

    /// <summary>The most memory that its seed held, in megabytes.</summary>
    public abstract double PeakMb { get; }

    /// <summary>The argument of each process.</summary>
    protected JsonElement Payload { get; }

    /// <summary>Submits one process, and ends when it is acknowledged.</summary>
    public virtual Task SubmitAsync(string id) => Client.SubmitAsync(Of(id));

    /// <summary>Submits many in one call.</summary>
    /// <exception cref="InvalidOperationException">Some were not taken.</exception>
    public async Task SubmitManyAsync(IReadOnlyCollection<string> ids)
    {
        var outcomes = await Client.SubmitManyAsync(ids.Select(Of)).ConfigureAwait(false);
        if (outcomes.FirstOrDefault(o => !o.Accepted) is { } refused)
        {
            throw new InvalidOperationException($"A submit was refused: {refused.Problem?.Detail ?? refused.Problem?.Title}");
        }
    }

    /// <summary>How many processes the store shows that are not final.</summary>
    public async Task<long> UnfinishedAsync() =>
        (await Client.QueuesAsync().ConfigureAwait(false)).Sum(q => q.Count(ProcessStatus.Waiting) + q.Count(ProcessStatus.Blocked) + q.Count(ProcessStatus.Running));

    /// <summary>The ids in the store, of one state or of all.</summary>
    public async Task<HashSet<string>> IdsAsync(ProcessStatus? status = null)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var process in Client.ListAsync(status is { } s ? new ProcessFilter { Statuses = [s] } : null, PageSize).ConfigureAwait(false))
        {
            ids.Add(process.Id);
        }

        return ids;
    }

    /// <summary>Nothing is running any more: what other programs have started is in the book from now on.</summary>
    public virtual Task CollectAsync() => Task.CompletedTask;

    public virtual ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private Submission Of(string id) => new() { Id = id, Func = RunBook.Noop, Args = [Payload] };
}
