using System.Net;
using Microsoft.Extensions.Logging;
using Muster.Workers.Flamenco.Configuration;
using Muster.Workers.Flamenco.Wire;
using Muster.Workers.Shared;

namespace Muster.Workers.Flamenco.Updates;

/// <summary>Tells the manager what is in the queue, one after the other: what is refused for good is dropped, what is not answered is sent again until it is.</summary>
internal sealed class UpdateSender(UpdateQueue queue, ManagerClient manager, FlamencoSettings settings, TimeProvider clock, ILogger log)
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Trouble _trouble = new(log);

    /// <summary>Hears each answer to an update.</summary>
    public Action<QueuedItem, ManagerAnswer>? Answered { get; set; }

    /// <summary>Sends whatever comes, until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var next = queue.Changed.Next;
                if (!await FlushAsync(stop).ConfigureAwait(false))
                {
                    await Task.Delay(settings.QueueRetry, clock, stop).ConfigureAwait(false);
                }
                else
                {
                    await next.WaitAsync(stop).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The worker ends.
        }
    }

    /// <summary>Sends what waits, and ends at the first that cannot be sent now: what comes after it must not arrive before it.</summary>
    /// <returns>Whether nothing waits any more.</returns>
    public async Task<bool> FlushAsync(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            while (queue.First() is { } item)
            {
                if (!await TellAsync(item, cancel).ConfigureAwait(false))
                {
                    return false;
                }

                queue.Sent(item);
            }

            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<bool> TellAsync(QueuedItem item, CancellationToken cancel)
    {
        ManagerAnswer answer;
        try
        {
            answer = item.Kind == QueuedKind.Return
                ? await manager.ReturnAsync(item.Task, cancel).ConfigureAwait(false)
                : await manager.UpdateAsync(item.Task, item.Body, cancel).ConfigureAwait(false);
        }
        catch (ManagerAwayException e)
        {
            _trouble.Is($"The manager cannot be reached ({e.Message}). Updates are kept and sent again every {settings.QueueRetry.TotalSeconds:0.###} s.");
            return false;
        }

        if (!answer.IsSuccess && answer.Status is not (HttpStatusCode.Conflict or HttpStatusCode.NotFound))
        {
            _trouble.Is($"The manager answered {answer} to an update of task {item.Task}. It is sent again every {settings.QueueRetry.TotalSeconds:0.###} s, and all later ones wait.");
            return false;
        }

        _trouble.Over("The manager takes updates again.");
        if (!answer.IsSuccess)
        {
            log.LogWarning("The manager does not want what was said of task {Task}: {Answer}. It is dropped.", item.Task, answer);
            if (item is { Kind: QueuedKind.Return } && answer.Status == HttpStatusCode.NotFound)
            {
                // Managers of the first versions know no return; for them a task that was stopped is canceled.
                queue.Put(item.Task, item.Run, new TaskUpdate { TaskStatus = "canceled", Activity = "Task was canceled" });
            }
        }

        Answered?.Invoke(item, answer);
        return true;
    }
}
