using Muster.Client.Transport;

namespace Muster.Client;

public sealed partial class MusterClient
{
    /// <summary>Makes an executor known, or replaces what is known of it. A worker need not register to get work.</summary>
    /// <param name="executor">What it is and can do.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task RegisterExecutorAsync(ExecutorRegistration executor, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(executor);
        var body = MusterTransport.Json(executor with { Namespace = executor.Namespace ?? Namespace }, WireJson.Default.ExecutorRegistration);
        return _transport.TellAsync(new Call(HttpMethod.Post, new Route("executors").ToString()) { Content = body }, cancel);
    }

    /// <summary>The registered executors of the namespace.</summary>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<ExecutorSnapshot>> ExecutorsAsync(CancellationToken cancel = default) =>
        (await GetAsync(At("executors"), WireJson.Default.ListingExecutorSnapshot, cancel)).Items;

    /// <summary>One registered executor.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<ExecutorSnapshot> ExecutorAsync(string id, CancellationToken cancel = default) =>
        GetAsync(At("executors", id), WireJson.Default.ExecutorSnapshot, cancel);

    /// <summary>Says that an executor is there.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task ExecutorHeartbeatAsync(string id, CancellationToken cancel = default) =>
        _transport.TellAsync(Bare(At("executors", id, "heartbeat")), cancel);

    /// <summary>Forgets an executor; its attempts are given back and not counted.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task RemoveExecutorAsync(string id, CancellationToken cancel = default) =>
        _transport.TellAsync(new Call(HttpMethod.Delete, At("executors", id).ToString()), cancel);
}
