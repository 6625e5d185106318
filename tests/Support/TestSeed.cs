using Akka.Actor;
using Akka.Cluster.Sharding;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Muster.Engine;
using Muster.Messages;
using Muster.Persistence;
using Muster.Seed;

namespace Muster.Tests.Support;

/// <summary>A whole cluster inside the test's process, on a free port and, unless told otherwise, on a store in memory.</summary>
public sealed class TestSeed : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestSeed(WebApplication app)
    {
        _app = app;
        Api = new Api(new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(100 * Eventually.Slow) });
    }

    /// <summary>Its gateway.</summary>
    public Api Api { get; }

    /// <summary>Its store.</summary>
    public IStore Store => _app.Services.GetRequiredService<IStore>();

    /// <summary>What it is made of.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts one.</summary>
    /// <param name="settings">How; without a worker when null.</param>
    /// <param name="port">Where its gateway listens; any free port when 0.</param>
    public static async Task<TestSeed> StartAsync(SeedSettings? settings = null, int port = 0)
    {
        var app = SeedHost.Build((settings ?? new SeedSettings { Store = "memory", Slots = 0 }) with { Urls = $"http://127.0.0.1:{port}", LogLevel = LogLevel.Warning });
        await app.StartAsync().ConfigureAwait(false);
        var seed = new TestSeed(app);
        await Eventually.TrueAsync(async () => (await seed.Api.GetAsync("/health/ready").ConfigureAwait(false)).Status == System.Net.HttpStatusCode.OK).ConfigureAwait(false);
        return seed;
    }

    /// <summary>Whether no actor of a process is in memory.</summary>
    /// <param name="id">The process, in the default namespace.</param>
    public async Task<bool> HasLeftMemoryAsync(string id)
    {
        var entity = new ProcessId(Ids.DefaultNamespace, id).ToString();
        var region = EngineContext.ProcessRegion(Services.GetRequiredService<ActorSystem>());
        var state = await region.Ask<CurrentShardRegionState>(GetShardRegionState.Instance, TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        return state.Failed.Count == 0 && !state.Shards.Any(s => s.EntityIds.Contains(entity));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Api.Http.Dispose();
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }
}
