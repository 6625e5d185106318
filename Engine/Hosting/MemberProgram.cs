using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Engine.Membership;
using Muster.Persistence;

namespace Muster.Engine.Hosting;

/// <summary>Runs a node until somebody stops it. When the cluster has shut it out, after a cut or a pause, it is built anew in the same process and joins again.</summary>
public static partial class MemberProgram
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Runs it.</summary>
    /// <param name="build">Makes the program; called again for each new life.</param>
    /// <param name="prepare">Called before it starts.</param>
    /// <param name="started">Called when it has started.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="OtherClusterException">The cluster has another name than this node was given.</exception>
    /// <exception cref="StoreOpenException">The store could not be opened at the first start; later ones wait for it.</exception>
    public static async Task RunAsync<THost>(Func<THost> build, Func<THost, Task> prepare, Func<THost, Task> started, CancellationToken cancel)
        where THost : IHost
    {
        ArgumentNullException.ThrowIfNull(build);
        ArgumentNullException.ThrowIfNull(prepare);
        ArgumentNullException.ThrowIfNull(started);
        var host = build();
        while (await LiveAsync(host, prepare, started, cancel).ConfigureAwait(false))
        {
            if (await BuildAgainAsync(build, cancel).ConfigureAwait(false) is not { } next)
            {
                return;
            }

            host = next;
        }
    }

    // Says whether it is to live again.
    private static async Task<bool> LiveAsync<THost>(THost host, Func<THost, Task> prepare, Func<THost, Task> started, CancellationToken cancel)
        where THost : IHost
    {
        try
        {
            await prepare(host).ConfigureAwait(false);
            await host.StartAsync(cancel).ConfigureAwait(false);
            await started(host).ConfigureAwait(false);
            var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>();
            using var stop = cancel.Register(stopping.StopApplication);
            await host.WaitForShutdownAsync(CancellationToken.None).ConfigureAwait(false);
            var again = !cancel.IsCancellationRequested && ClusterExit.WasShutOut(host.Services.GetRequiredService<ActorSystem>());
            if (again)
            {
                LogAgain(host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(MemberProgram)));
            }

            return again;
        }
        finally
        {
            await DisposeAsync(host).ConfigureAwait(false);
        }
    }

    private static async Task<THost?> BuildAgainAsync<THost>(Func<THost> build, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
            {
                try
                {
                    return build();
                }
                catch (StoreOpenException e)
                {
                    await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped between two lives.
        }

        return default;
    }

    private static async ValueTask DisposeAsync(IDisposable host)
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            host.Dispose();
        }
    }

    [LoggerMessage(4001, LogLevel.Warning, "This node was shut out of the cluster and joins it again.")]
    private static partial void LogAgain(ILogger logger);
}
