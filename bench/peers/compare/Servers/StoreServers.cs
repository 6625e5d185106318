namespace Muster.Bench.Peers.Compare.Servers;

/// <summary>Gives each run of a contestant an empty store, and takes it away again.</summary>
internal sealed class StoreServers(string folder) : IAsyncDisposable
{
    private PostgresServer? _postgres;

    /// <summary>Runs something with a fresh store; what it is given are the options that name the store.</summary>
    public async Task<T> WithFreshAsync<T>(StoreServer kind, Func<IReadOnlyList<string>, Task<T>> run, CancellationToken cancel)
    {
        switch (kind)
        {
            case StoreServer.RedisAlways or StoreServer.RedisEverySecond:
                await using (var redis = await RedisServer.StartAsync(folder, kind == StoreServer.RedisAlways ? "always" : "everysec", cancel))
                {
                    return await run(["--redis", redis.Address]);
                }

            case StoreServer.PostgresDatabase or StoreServer.PostgresServer:
                _postgres ??= await PostgresServer.StartAsync(folder, cancel);
                try
                {
                    return await run(["--postgres", kind == StoreServer.PostgresServer ? _postgres.Address : await _postgres.CreateDatabaseAsync()]);
                }
                finally
                {
                    if (!cancel.IsCancellationRequested)
                    {
                        await _postgres.CleanAsync();
                    }
                }

            default:
                return await run([]);
        }
    }

    public ValueTask DisposeAsync() => _postgres?.DisposeAsync() ?? ValueTask.CompletedTask;
}
