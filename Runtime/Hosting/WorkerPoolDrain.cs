using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Muster.Runtime.Pool;

namespace Muster.Runtime.Hosting;

/// <summary>Drains the worker pools before anything else of the program stops.</summary>
/// <param name="provider">Where the actor system of the program is, once it has started.</param>
/// <param name="drain">How long running attempts may go on.</param>
/// <param name="limit">How long the whole may take; then the stop goes on.</param>
internal sealed class WorkerPoolDrain(IServiceProvider provider, TimeSpan drain, TimeSpan limit) : IHostedLifecycleService
{
    private IActorRef? _pools;
    private ActorSystem? _system;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _system = provider.GetService<ActorSystem>();
        _pools = provider.GetService<IReadOnlyActorRegistry>() is { } actors && actors.TryGet<WorkerPoolHosting.Pools>(out var pools) ? pools : null;
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // Neither is there when the start failed, and none answers when the system has ended of its own accord.
        if (_pools is not { } pools || _system is not { WhenTerminated.IsCompleted: false })
        {
            return;
        }

        try
        {
            await pools.Ask<PoolDrained>(new DrainPool(drain), limit, cancellationToken).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            // The leases bring back what could not be given back.
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
