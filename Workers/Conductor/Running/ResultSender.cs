using Microsoft.Extensions.Logging;
using Muster.Workers.Conductor.Metrics;
using Muster.Workers.Shared;

namespace Muster.Workers.Conductor.Running;

/// <summary>Sends results until they are answered. What cannot be sent until the host has to end goes into a file and is sent at the next start.</summary>
internal sealed class ResultSender(ConductorClient client, WorkerHostOptions options, string? unsentFile, WorkerMetrics metrics, ILogger log)
{
    private readonly Trouble _trouble = new(log);
    private readonly SemaphoreSlim _file = new(1, 1);

    /// <summary>Sends what an earlier life of the host left behind.</summary>
    public async Task SendUnsentAsync(CancellationToken stop)
    {
        if (unsentFile is null || !File.Exists(unsentFile))
        {
            return;
        }

        var lines = await File.ReadAllLinesAsync(unsentFile, stop).ConfigureAwait(false);
        for (var i = 0; i < lines.Length; i++)
        {
            if (!await SendAsync(System.Text.Encoding.UTF8.GetBytes(lines[i]), "of an earlier start", "unsent", stop).ConfigureAwait(false))
            {
                ReplacedFile.Write(unsentFile, string.Join('\n', lines[i..]) + "\n", ownerOnly: true);
                return;
            }
        }

        File.Delete(unsentFile);
        log.LogInformation("{Count} results of an earlier start were sent.", lines.Length);
    }

    /// <summary>Sends a result; returns when the server knows it or will never take it, or it is in the file.</summary>
    public async Task SendOrKeepAsync(byte[] result, string task, string type, CancellationToken giveUp)
    {
        if (await SendAsync(result, task, type, giveUp).ConfigureAwait(false))
        {
            return;
        }

        if (unsentFile is null)
        {
            log.LogError("The result of task {Task} could not be sent before the end; the server will hand the task out again.", task);
            return;
        }

        await _file.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await File.AppendAllTextAsync(unsentFile, System.Text.Encoding.UTF8.GetString(result) + "\n", CancellationToken.None).ConfigureAwait(false);
            log.LogWarning("The result of task {Task} could not be sent before the end; it is in {File} and is sent at the next start.", task, unsentFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("The result of task {Task} could neither be sent nor be written to {File}: {Reason} The server will hand the task out again.", task, unsentFile, e.Message);
        }
        finally
        {
            _file.Release();
        }
    }

    // False when it was given up.
    private async Task<bool> SendAsync(byte[] result, string task, string type, CancellationToken giveUp)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                var answer = await client.UpdateAsync(result, giveUp).ConfigureAwait(false);
                if (answer.IsSuccess)
                {
                    _trouble.Over("The server takes results again.");
                    return true;
                }

                metrics.Count("task_update_error", type, ("exception", $"{(int)answer.Status}"));
                if (!answer.MayChange)
                {
                    log.LogError("The server does not take the result of task {Task}: {Answer}. It is dropped.", task, answer);
                    return true;
                }

                _trouble.Is($"The server answered {answer} to a result. It is sent again until it is taken.");
            }
            catch (ServerAwayException e)
            {
                metrics.Count("task_update_error", type, ("exception", nameof(HttpRequestException)));
                _trouble.Is($"The server cannot be told a result ({e.Message}). It is sent again until it is taken.");
            }
            catch (OperationCanceledException)
            {
                return false;
            }

            await Task.Delay(options.ResultBackoff.After(failures, Random.Shared.NextDouble()), options.Clock, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (giveUp.IsCancellationRequested)
            {
                return false;
            }
        }
    }
}
