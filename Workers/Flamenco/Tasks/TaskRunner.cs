using Microsoft.Extensions.Logging;
using Muster.Workers.Flamenco.Wire;

namespace Muster.Workers.Flamenco.Tasks;

/// <summary>Runs the commands of a task, one after the other, and reports how it ended; a task that is stopped is left to the caller.</summary>
internal sealed class TaskRunner(Func<TaskReport, StepContext> context, TimeProvider clock, ILogger log)
{
    /// <summary>Runs a task to its end.</summary>
    /// <returns>Whether it ended by itself; false when it was stopped.</returns>
    public async Task<bool> RunAsync(TaskDocument task, TaskReport report, CancellationToken cancelled)
    {
        report.Status("active", "Task started");
        try
        {
            var steps = TaskPlan.Of(task);
            var with = context(report);
            for (var i = 0; i < steps.Count; i++)
            {
                cancelled.ThrowIfCancellationRequested();
                var (name, step) = steps[i];
                report.Command(i, 0, $"Command {name} started");
                var started = clock.GetTimestamp();
                await step(with, cancelled).ConfigureAwait(false);
                report.Took(name, clock.GetElapsedTime(started));
                report.Command(i, 100, $"Command {name} completed");
            }

            report.Status("completed", "Task completed");
            log.LogInformation("Task {Task} is completed.", report.Task);
            return true;
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            var reason = e is CommandFailedException or CommandSettingsException or IOException or UnauthorizedAccessException ? e.Message : $"{e.GetType().Name}: {e.Message}";
            report.Log($"Task failed: {reason}");
            if (e is not (CommandFailedException or CommandSettingsException))
            {
                report.Log(e.ToString());
            }

            report.Status("failed", $"Task failed: {reason}");
            log.LogWarning("Task {Task} failed: {Reason}", report.Task, reason);
            return true;
        }
    }
}
