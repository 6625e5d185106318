using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Muster.Client.Handlers;
using Muster.Seed;

namespace Muster.Client.Testing;

/// <summary>A whole cluster inside a test: gateway on a free port of loopback, engine, a worker with the test's handlers, and a store in memory. Gone when disposed.</summary>
/// <example>
/// <code>
/// await using var cluster = await TestCluster.StartAsync(handlers => handlers.Add("double", c => ...));
/// var client = cluster.CreateClient();
/// </code>
/// </example>
public sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLook = TimeSpan.FromMilliseconds(20);

    private readonly WebApplication _app;
    private readonly FakeTimeProvider? _clock;
    private readonly List<HttpClient> _clients = [];
    private bool _disposed;

    private TestCluster(WebApplication app, FakeTimeProvider? clock)
    {
        _app = app;
        _clock = clock;
        BaseAddress = new Uri(app.Urls.First());
    }

    /// <summary>Where its gateway is.</summary>
    public Uri BaseAddress { get; }

    /// <summary>The time of the cluster.</summary>
    /// <exception cref="InvalidOperationException">It was started without a clock of the test's.</exception>
    public DateTimeOffset Now => Clock.GetUtcNow();

    private FakeTimeProvider Clock => _clock ?? throw new InvalidOperationException("This cluster goes by the real time; start it with movedClock: true.");

    /// <summary>Starts one.</summary>
    /// <param name="handlers">The functions that its worker offers, in the queue <c>default</c>; without any it has no worker.</param>
    /// <param name="movedClock">Whether limits, delays and deadlines go by a clock that only <see cref="Advance"/> moves; default the real time.</param>
    /// <param name="cancel">Gives up the start.</param>
    public static async Task<TestCluster> StartAsync(Action<HandlerRegistry>? handlers = null, bool movedClock = false, CancellationToken cancel = default)
    {
        var registry = new HandlerRegistry();
        handlers?.Invoke(registry);
        var clock = movedClock ? new FakeTimeProvider(TimeProvider.System.GetUtcNow()) : null;
        var app = SeedHost.Build(new SeedSettings
        {
            Urls = "http://127.0.0.1:0",
            Store = "memory",
            Handlers = registry,
            Slots = registry.Functions.Count == 0 ? 0 : null,
            LogLevel = LogLevel.Warning,
            Clock = clock,
        });
        try
        {
            await app.StartAsync(cancel).ConfigureAwait(false);
            await ReadyAsync(new Uri(app.Urls.First()), cancel).ConfigureAwait(false);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new TestCluster(app, clock);
    }

    // The gateway listens a little before the cluster behind it can serve.
    private static async Task ReadyAsync(Uri gateway, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = gateway };
        using var timer = new PeriodicTimer(ReadyLook);
        while (true)
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancel).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>A client for its gateway; it is disposed with the cluster.</summary>
    /// <param name="nameSpace">The namespace that the client works in.</param>
    public MusterClient CreateClient(string nameSpace = "default")
    {
        var http = new HttpClient { BaseAddress = BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
        _clients.Add(http);
        return new MusterClient(http, new MusterClientOptions { BaseAddress = BaseAddress, Namespace = nameSpace });
    }

    /// <summary>Moves the clock: every limit, delay and deadline up to the new time fires.</summary>
    /// <param name="by">How far; not negative.</param>
    /// <exception cref="InvalidOperationException">It was started without a clock of the test's.</exception>
    public void Advance(TimeSpan by) => Clock.Advance(by);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        _clients.ForEach(c => c.Dispose());
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }
}
