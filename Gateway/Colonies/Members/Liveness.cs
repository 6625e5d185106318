using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Engine;
using Muster.Messages.Executors;

namespace Muster.Gateway.Colonies.Members;

/// <summary>When executors were heard of last: every signed message counts. Who holds nothing and has been silent for too long is unregistered.</summary>
/// <param name="provider">What it works with, as late as it is needed: the services need it too.</param>
/// <param name="log">Hears of those that are unregistered.</param>
internal sealed partial class Liveness(Lazy<ColoniesServices> provider, ILogger<Liveness> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(60);

    /// <summary>How often the store hears of it.</summary>
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Colony, string Name), (DateTimeOffset At, DateTimeOffset Kept)> _heard = new();

    /// <summary>When an executor was heard of last; null for never.</summary>
    public DateTimeOffset? LastHeard(ColonyExecutor executor) => _heard.TryGetValue((executor.Colony, executor.Name), out var heard) ? heard.At : null;

    /// <summary>A member has said something.</summary>
    public void Hear(Member member)
    {
        if (member.Executor is null)
        {
            return;
        }

        var now = provider.Value.Now;
        var kept = _heard.TryGetValue((member.Colony, member.Name), out var before) ? before.Kept : default;
        var keep = now - kept > Keep;
        _heard[(member.Colony, member.Name)] = (now, keep ? now : kept);
        if (keep && member.IsApproved)
        {
            _ = SeenAsync(new ExecutorId(member.Colony, member.Name));
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var options = provider.Value.Options;
        if (options.StaleExecutor <= TimeSpan.Zero)
        {
            return;
        }

        using var timer = new PeriodicTimer(Look);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                if (provider.Value.Server.Id is not null && EngineContext.IsOldestSeed(provider.Value.System))
                {
                    await UnregisterStaleAsync(stoppingToken).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // It is looked at again in a minute.
                LogNotNow(e);
            }
        }
    }

    private async Task UnregisterStaleAsync(CancellationToken cancel)
    {
        var services = provider.Value;
        await services.Directory.RefreshAsync(cancel).ConfigureAwait(false);
        foreach (var colony in services.Directory.Colonies)
        {
            var seen = (await services.Store.Read.ExecutorsAsync(colony.Name, cancel).ConfigureAwait(false)).ToDictionary(r => r.Id, r => r.LastSeen, StringComparer.Ordinal);
            foreach (var executor in services.Directory.Executors(colony.Name).Where(e => e.State == ExecutorState.Approved).ToList())
            {
                var last = LastHeard(executor);
                if (seen.TryGetValue(executor.Name, out var stored) && (last is null || stored > last))
                {
                    last = stored;
                }

                if (last is { } at && services.Now - at > services.Options.StaleExecutor + Keep
                    && (await services.Store.Read.RunningOfExecutorAsync(colony.Name, executor.Name, cancel).ConfigureAwait(false)).Count == 0)
                {
                    LogStale(executor.Name, colony.Name, at);
                    await ExecutorLife.UnregisterAsync(services, executor).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task SeenAsync(ExecutorId executor) =>
        await provider.Value.Gate.SendAsync(new ExecutorCommand.Seen { Executor = executor, CommandId = Guid.NewGuid().ToString("N") }).ConfigureAwait(false);

    [LoggerMessage(1105, LogLevel.Warning, "Executors of Colonies that are silent for long could not be looked at now")]
    private partial void LogNotNow(Exception e);

    [LoggerMessage(1102, LogLevel.Information, "The executor {Executor} of the colony {Colony} was heard of last at {At} and holds nothing; it is unregistered")]
    private partial void LogStale(string executor, string colony, DateTimeOffset at);
}
