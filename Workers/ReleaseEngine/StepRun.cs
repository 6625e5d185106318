using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Muster.Workers.Amqp;

namespace Muster.Workers.ReleaseEngine;

/// <summary>Runs one step and says all that is said about it, but for the acknowledgement.</summary>
/// <param name="worker">Who runs it.</param>
/// <param name="settings">How.</param>
/// <param name="replies">Takes answers and notifications.</param>
/// <param name="lines">Takes output lines.</param>
/// <param name="clock">The time of day, for the output.</param>
/// <param name="log">The log of this program.</param>
internal sealed partial class StepRun(ReleaseWorker worker, WorkerSettings settings, ConfirmedPublisher replies, ConfirmedPublisher lines, TimeProvider clock, ILogger log)
{
    private readonly string _app = worker.Name.ToLowerInvariant();

    /// <summary>Runs it.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="lost">Why it must not be run; null when it may.</param>
    /// <param name="stop">Cancelled when the step has to end.</param>
    /// <returns>Ends when the broker has the last answer.</returns>
    public async Task<Task> RunAsync(Delivery delivery, string? lost, CancellationToken stop)
    {
        var envelope = new Envelope(_app, delivery.CorrelationId);
        var output = new StepOutput(envelope, settings.OutputLevel, lines);
        output.Debug($"Starting {worker.Name}.{delivery.CorrelationId} - {Now()}");
        var last = await AnswerAsync(delivery, lost, envelope, output, stop).ConfigureAwait(false);
        output.Debug($"Finished {worker.Name}.{delivery.CorrelationId} - {Now()}\n\n");
        return last;
    }

    private async Task<Task> AnswerAsync(Delivery delivery, string? lost, Envelope envelope, StepOutput output, CancellationToken stop)
    {
        var step = Step.Parse(delivery.Body, delivery.CorrelationId, out var problem);
        var notifications = new StepNotifications(envelope, settings.NotifyExchange, step?.Notify ?? [], replies);
        if (step is null)
        {
            return Failed($"{worker.Name} failed trying to parse message: {problem}");
        }

        try
        {
            worker.VerifyAll(step);
        }
        catch (BadStepException e)
        {
            return Failed(e.Message);
        }
        catch (Exception e)
        {
            LogThrown(log, delivery.CorrelationId, e);
            return Failed($"{worker.Name} failed: {e.GetType().Name}: {e.Message}");
        }

        if (lost is not null)
        {
            return Failed(lost);
        }

        _ = Reply(delivery, envelope, Names.Started, null);
        notifications.Send(Names.Started, $"{worker.Name} started {NameOf(step)}", $"{worker.Name} started {NameOf(step)} of deployment {step.CorrelationId}.");
        var result = await ResultAsync(new StepContext(step, output, notifications), stop).ConfigureAwait(false);
        var phase = result.IsCompleted ? Names.Completed : Names.Failed;
        var answered = Reply(delivery, envelope, phase, result.Data);
        var text = $"{worker.Name} {phase} {NameOf(step)} of deployment {step.CorrelationId}{(result.Data is null ? "." : $": {result.Data.ToJsonString()}")}";
        notifications.Send(phase, $"{worker.Name} {phase} {NameOf(step)}", text);
        if (result.IsCompleted)
        {
            output.Info(text);
        }
        else
        {
            output.Error(text);
            LogFailed(log, delivery.CorrelationId, text);
        }

        return answered;

        Task Failed(string why)
        {
            var done = Reply(delivery, envelope, Names.Failed, why);
            notifications.Send(Names.Failed, $"{worker.Name} failed", why);
            output.Error(why);
            LogFailed(log, delivery.CorrelationId, why);
            return done;
        }
    }

    private async Task<StepResult> ResultAsync(StepContext context, CancellationToken stop)
    {
        try
        {
            return await worker.RunAsync(context, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return StepResult.Failed($"{worker.Name} was stopped while the step ran.");
        }
        catch (BadStepException e)
        {
            return StepResult.Failed(e.Message);
        }
        catch (Exception e)
        {
            LogThrown(log, context.Step.CorrelationId, e);
            return StepResult.Failed($"{worker.Name} failed: {e.GetType().Name}: {e.Message}");
        }
    }

    private async Task Reply(Delivery delivery, Envelope envelope, string status, JsonNode? data)
    {
        if (string.IsNullOrEmpty(delivery.ReplyTo))
        {
            LogNoReplyTo(log, delivery.CorrelationId, status);
            return;
        }

        var body = new JsonObject { ["status"] = status };
        if (data is not null)
        {
            body["data"] = data.Parent is null ? data : data.DeepClone();
        }

        var outcome = await replies.PublishAsync(envelope.Of("", delivery.ReplyTo, body) with { Mandatory = true }).ConfigureAwait(false);
        if (outcome == PublishOutcome.Unroutable)
        {
            LogNobodyWaits(log, delivery.CorrelationId, delivery.ReplyTo, status);
        }
    }

    private string Now() => clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static string NameOf(Step step) => $"{step.Command}:{step.Subcommand}";

    [LoggerMessage(1, LogLevel.Warning, "Deployment {Correlation}: {Why}")]
    private static partial void LogFailed(ILogger log, string correlation, string why);

    [LoggerMessage(2, LogLevel.Error, "Deployment {Correlation}: the worker threw")]
    private static partial void LogThrown(ILogger log, string correlation, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "Deployment {Correlation}: the message has no reply_to, so nobody hears '{Status}'")]
    private static partial void LogNoReplyTo(ILogger log, string correlation, string status);

    [LoggerMessage(4, LogLevel.Warning, "Deployment {Correlation}: there is no queue {ReplyTo} any more, so nobody hears '{Status}'")]
    private static partial void LogNobodyWaits(ILogger log, string correlation, string replyTo, string status);
}
