using System.Net;
using Microsoft.Extensions.Logging;
using Muster.Workers.Flamenco.Configuration;
using Muster.Workers.Flamenco.Wire;

namespace Muster.Workers.Flamenco.Life;

/// <summary>Tells the manager of files that tasks have made, for its page; together, at most once in a while. What it does not take is told with the next.</summary>
internal sealed class OutputAnnouncer : IAsyncDisposable
{
    /// <summary>More is not worth showing.</summary>
    private const int MostPaths = 1_000;

    private readonly Lock _sync = new();
    private readonly List<string> _paths = [];
    private readonly ManagerClient _manager;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private Task _telling = Task.CompletedTask;

    public OutputAnnouncer(ManagerClient manager, FlamencoSettings settings, TimeProvider clock, ILogger log) =>
        (_manager, _interval, _clock, _log) = (manager, settings.OutputInterval, clock, log);

    public void Produced(string path)
    {
        lock (_sync)
        {
            if (_paths.Count < MostPaths && !_paths.Contains(path))
            {
                _paths.Add(path);
            }

            if (_telling.IsCompleted)
            {
                _telling = Task.Run(TellAsync);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task TellAsync()
    {
        while (true)
        {
            string[] paths;
            lock (_sync)
            {
                if (_paths.Count == 0)
                {
                    _telling = Task.CompletedTask;
                    return;
                }

                paths = [.. _paths];
            }

            try
            {
                var answer = await _manager.OutputProducedAsync(paths, _stop.Token).ConfigureAwait(false);
                if (answer.IsSuccess || answer.Status is HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity)
                {
                    lock (_sync)
                    {
                        _paths.RemoveRange(0, paths.Length);
                    }
                }
                else
                {
                    _log.LogDebug("The manager answered {Answer} to the news of {Count} files.", answer, paths.Length);
                }
            }
            catch (ManagerAwayException e)
            {
                _log.LogDebug("The manager was not told of {Count} files: {Reason}", paths.Length, e.Message);
            }

            await Task.Delay(_interval, _clock, _stop.Token).ConfigureAwait(false);
        }
    }
}
