using Muster.Bench.Stores;
using Muster.Signatures;

namespace Muster.Bench.Clusters;

/// <summary>A seed with a colony, and executors of it that are members.</summary>
internal sealed class ColoniesCluster : IAsyncDisposable
{
    /// <summary>The colony.</summary>
    public const string Colony = "bench";

    private readonly HttpClient _http;

    private ColoniesCluster(ProgramCluster program)
    {
        Program = program;
        _http = new HttpClient { BaseAddress = program.Gateway };
    }

    /// <summary>The seed as a program.</summary>
    public ProgramCluster Program { get; }

    /// <summary>The executors.</summary>
    public IReadOnlyList<ColoniesCaller> Executors { get; private set; } = [];

    /// <summary>Starts the seed and registers the executors.</summary>
    public static async Task<ColoniesCluster> StartAsync(BenchOptions options, IBenchStore store, int executors)
    {
        var (server, owner) = (PrivateKey.New(), PrivateKey.New());
        var cluster = new ColoniesCluster(await ProgramCluster.StartAsync(
            options, store, workers: false, 0, "--colonies-server-id", server.Id, "--colonies-colony", $"{Colony}={owner.Id}").ConfigureAwait(false));
        var callers = new List<ColoniesCaller>();
        for (var i = 0; i < executors; i++)
        {
            callers.Add(new ColoniesCaller(cluster._http, await new ColoniesCaller(cluster._http, owner).AddExecutorAsync(Colony, $"executor-{i}").ConfigureAwait(false)));
        }

        cluster.Executors = callers;
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Program.DisposeAsync().ConfigureAwait(false);
    }
}
