using Microsoft.Extensions.Logging;

namespace Muster.Workers.Conductor.Running;

/// <summary>Tells the server that a task lives: each time that four fifths of its response time-out have passed.</summary>
internal sealed class LeaseKeeper(ConductorClient client, TimeProvider clock, ILogger log)
{
    private const double PartOfTimeout = 0.8;
    private const int Tries = 3;

    /// <summary>A shorter wait is not worth a call.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    /// <summary>Goes on until it is stopped.</summary>
    public async Task KeepAsync(ConductorTask task, string workerId, CancellationToken over)
    {
        var wait = TimeSpan.FromSeconds(task.ResponseTimeoutSeconds * PartOfTimeout);
        if (task.ResponseTimeoutSeconds <= 0 || wait < Shortest)
        {
            return;
        }

        var alive = ConductorJson.Write(new TaskResult { TaskId = task.TaskId, WorkflowInstanceId = task.WorkflowInstanceId, WorkerId = workerId, Status = TaskResultStatus.InProgress, ExtendLease = true });
        try
        {
            while (true)
            {
                await Task.Delay(wait, clock, over).ConfigureAwait(false);
                await SayAsync(alive, task.TaskId, over).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The task is over.
        }
    }

    private async Task SayAsync(byte[] alive, string task, CancellationToken over)
    {
        for (var attempt = 1; ; attempt++)
        {
            string problem;
            try
            {
                var answer = await client.UpdateAsync(alive, over).ConfigureAwait(false);
                if (answer.IsSuccess)
                {
                    return;
                }

                problem = answer.ToString();
            }
            catch (ServerAwayException e)
            {
                problem = e.Message;
            }

            if (attempt == Tries)
            {
                log.LogWarning("The server could not be told that task {Task} lives: {Problem}", task, problem);
                return;
            }

            await Task.Delay(BetweenTries, clock, over).ConfigureAwait(false);
        }
    }
}
