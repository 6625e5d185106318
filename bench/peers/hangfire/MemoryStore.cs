using Hangfire;
using Hangfire.InMemory;

namespace Muster.Bench.Peers.Hangfire;

/// <summary>Jobs in the memory of this process: nothing is durable.</summary>
internal sealed class MemoryStore : IHangfireStore
{
    private readonly InMemoryStorage _storage = new();

    public string Name => "memory";

    public JobStorage Storage => _storage;

    public Task<long> UnfinishedAsync(int submitted) => Task.FromResult(submitted - _storage.GetMonitoringApi().SucceededListCount());
}
