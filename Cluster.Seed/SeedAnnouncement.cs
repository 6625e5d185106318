using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Engine.Hosting;

namespace Muster.Seed;

/// <summary>Leaves the address of the cluster's inside in the data folder while the seed runs, so that a node on the same machine finds it.</summary>
/// <param name="provider">Where the actor system is, once it has started.</param>
/// <param name="folder">The data folder.</param>
/// <param name="store">The address of the store, when nodes can share it.</param>
internal sealed partial class SeedAnnouncement(IServiceProvider provider, string folder, string? store) : IHostedLifecycleService
{
    private ClusterContact? _contact;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var here = Akka.Cluster.Cluster.Get(provider.GetRequiredService<ActorSystem>()).SelfAddress;
        _contact = new ClusterContact($"{here.Host}:{here.Port}", store);
        try
        {
            ClusterFile.Write(folder, _contact);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A seed on PostgreSQL may run where it can write nothing; nodes have to be told its address then.
            NotWritten(provider.GetRequiredService<ILogger<SeedAnnouncement>>(), folder, e.Message);
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_contact is { } contact)
        {
            ClusterFile.Remove(folder, contact);
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(3001, LogLevel.Warning, "The address of this seed cannot be left in {Folder}: {Reason} Nodes on this machine need --seed.")]
    private static partial void NotWritten(ILogger logger, string folder, string reason);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
