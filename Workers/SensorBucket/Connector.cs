using Microsoft.Extensions.Logging;
using Muster.Workers.Amqp;
using Muster.Workers.Shared;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Muster.Workers.SensorBucket;

/// <summary>Takes pipeline messages from a queue, has a function process them, and publishes what it answers. A message is acknowledged when the broker has confirmed what became of it.</summary>
/// <param name="settings">How.</param>
/// <param name="function">The function.</param>
/// <param name="metrics">What is counted.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The log.</param>
internal sealed partial class Connector(ConnectorSettings settings, FunctionClient function, ConnectorMetrics metrics, TimeProvider clock, ILogger log)
{
    private static readonly Backoff Reconnect = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));
    private static readonly Backoff Retry = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10)) { Jitter = 0.2 };

    /// <summary>How long messages that are in work may take when the connector ends.</summary>
    private static readonly TimeSpan StopAfter = TimeSpan.FromSeconds(20);

    /// <summary>A message that was handed out so often without an end takes its workers with it.</summary>
    private const int MostDeliveries = 20;

    private readonly AmqpLink _link = new(new ConnectionFactory { Uri = settings.Broker, ClientProvidedName = settings.Queue }, Reconnect, clock, log);
    private readonly ConfirmedPublisher _publisher = new(keeps: false);
    private readonly Trouble _absence = new(log);
    private int _count;

    /// <summary>Works until it is told to stop; what is in work then may end, what waits for another try goes back to the queue.</summary>
    /// <param name="stop">Cancelled when it is to stop.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        using var end = new CancellationTokenSource();
        var link = _link.RunAsync((connection, gone) => Task.WhenAll(
            _link.KeepChannelAsync(connection, $"results to {settings.Exchange}", ConfirmedPublisher.ChannelOptions, PublishAsync, gone),
            _link.KeepChannelAsync(connection, $"the queue {settings.Queue}", null, (channel, closed) => ConsumeAsync(channel, stop, closed), gone)), end.Token);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogStopping(log, Volatile.Read(ref _count));
        }

        var start = clock.GetTimestamp();
        while (Volatile.Read(ref _count) > 0 && clock.GetElapsedTime(start) < StopAfter)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, CancellationToken.None).ConfigureAwait(false);
        }

        await end.CancelAsync().ConfigureAwait(false);
        await link.ConfigureAwait(false);
    }

    private async Task PublishAsync(IChannel channel, CancellationToken closed)
    {
        await channel.ExchangeDeclareAsync(settings.Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: closed).ConfigureAwait(false);
        await _publisher.RunAsync(channel, closed).ConfigureAwait(false);
    }

    private async Task ConsumeAsync(IChannel channel, CancellationToken stop, CancellationToken closed)
    {
        await channel.BasicQosAsync(0, (ushort)settings.Prefetch, global: false, closed).ConfigureAwait(false);
        await channel.QueueDeclareAsync(settings.Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: closed).ConfigureAwait(false);
        await channel.ExchangeDeclareAsync(settings.Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: closed).ConfigureAwait(false);
        await channel.QueueBindAsync(settings.Queue, settings.Exchange, settings.Topic, cancellationToken: closed).ConfigureAwait(false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        consumer.UnregisteredAsync += (_, _) => Task.FromResult(ended.TrySetResult());
        consumer.ReceivedAsync += (_, e) =>
        {
            Interlocked.Increment(ref _count);
            _ = WorkAsync(new PipelineDelivery(channel, e.DeliveryTag, e.BasicProperties.MessageId, PipelineDelivery.CountOf(e.BasicProperties), e.Body.ToArray()), stop, closed);
            return Task.CompletedTask;
        };
        if (!stop.IsCancellationRequested)
        {
            var tag = await channel.BasicConsumeAsync(settings.Queue, autoAck: false, consumer, closed).ConfigureAwait(false);
            LogWaiting(log, settings.Queue, settings.Topic);
            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, closed);
                await ended.Task.WaitAsync(either.Token).ConfigureAwait(false);
                LogQueueGone(log, settings.Queue);
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested && !closed.IsCancellationRequested)
            {
                await channel.BasicCancelAsync(tag, noWait: false, closed).ConfigureAwait(false);
            }
        }

        // What is in work is acknowledged over this channel.
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, closed).ConfigureAwait(false);
    }

    private async Task WorkAsync(PipelineDelivery delivery, CancellationToken stop, CancellationToken closed)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, closed);
            await EndAsync(delivery, await ProcessAsync(delivery, closed, either.Token).ConfigureAwait(false), closed, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or AlreadyClosedException or OperationInterruptedException or IOException or ObjectDisposedException)
        {
            // With its channel the message goes back to the queue.
        }
        catch (Exception e)
        {
            LogThrown(log, delivery.MessageId ?? "", e);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Asks the function until it has answered, or has failed as often as it may.</summary>
    private async Task<FunctionAnswer> ProcessAsync(PipelineDelivery delivery, CancellationToken closed, CancellationToken waits)
    {
        if (delivery.Deliveries > MostDeliveries)
        {
            return new FunctionAnswer.Refusal($"it was handed out {delivery.Deliveries} times and never came to an end");
        }

        for (int failures = 0, absences = 0; ;)
        {
            var answer = await function.AskAsync(delivery.Body, closed).ConfigureAwait(false);
            switch (answer)
            {
                case FunctionAnswer.Failure failure when ++failures > settings.MaxRetries:
                    return new FunctionAnswer.Refusal($"{failure.Why} (after {failures} tries)");
                case FunctionAnswer.Failure failure:
                    LogFailure(log, delivery.MessageId ?? "", failure.Why, failures, settings.MaxRetries + 1);
                    break;
                case FunctionAnswer.Absent absent:
                    _absence.Is($"Messages wait for the function: {absent.Why}");
                    absences++;
                    break;
                default:
                    _absence.Over("The function answers again");
                    return answer;
            }

            await Task.Delay(Retry.After(Math.Max(failures, absences), Random.Shared.NextDouble()), clock, waits).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(PipelineDelivery delivery, FunctionAnswer answer, CancellationToken closed, CancellationToken waits)
    {
        var problem = answer switch
        {
            FunctionAnswer.Result result => await PublishAsync(delivery, result.Topic, result.Body, closed, waits).ConfigureAwait(false) ? null : $"no queue is bound to {settings.Exchange} with the key '{result.Topic}', which the function answered",
            FunctionAnswer.Refusal refusal => refusal.Why,
            _ => throw new InvalidOperationException(answer.ToString()),
        };
        if (problem is null)
        {
            metrics.Succeeded();
            await delivery.Channel.BasicAckAsync(delivery.Tag, multiple: false, closed).ConfigureAwait(false);
            return;
        }

        LogError(log, delivery.MessageId ?? "", settings.ErrorTopic, problem);
        metrics.Failed();
        if (await PublishAsync(delivery, settings.ErrorTopic, ErrorDocument.Of(delivery.Body, settings.Topic, clock.GetUtcNow(), problem), closed, waits).ConfigureAwait(false))
        {
            await delivery.Channel.BasicAckAsync(delivery.Tag, multiple: false, closed).ConfigureAwait(false);
            return;
        }

        // Whoever gave the queue a dead-letter exchange finds it there.
        LogGivenUp(log, delivery.MessageId ?? "", settings.ErrorTopic);
        await delivery.Channel.BasicNackAsync(delivery.Tag, multiple: false, requeue: false, closed).ConfigureAwait(false);
    }

    /// <summary>Publishes until the broker has said what became of it.</summary>
    /// <returns>False when no queue takes it.</returns>
    private async Task<bool> PublishAsync(PipelineDelivery delivery, string topic, byte[] body, CancellationToken closed, CancellationToken waits)
    {
        for (var refusals = 1; ; refusals++)
        {
            var outgoing = new Outgoing(settings.Exchange, topic, body)
            {
                MessageId = delivery.MessageId,
                Headers = new Dictionary<string, object?> { ["timestamp"] = clock.GetUtcNow().ToUnixTimeMilliseconds() },
                Persistent = true,
                Mandatory = true,
            };
            if (await _publisher.PublishAsync(outgoing).WaitAsync(closed).ConfigureAwait(false) is not PublishOutcome.Lost and var outcome)
            {
                return outcome == PublishOutcome.Confirmed;
            }

            // A queue is full and says so, or the channel for results is opened anew.
            await Task.Delay(Retry.After(refusals), clock, waits).ConfigureAwait(false);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Waits for messages in {Queue}, bound with {Topic}")]
    private static partial void LogWaiting(ILogger log, string queue, string topic);

    [LoggerMessage(2, LogLevel.Warning, "The queue {Queue} was deleted, or the broker ended the subscription")]
    private static partial void LogQueueGone(ILogger log, string queue);

    [LoggerMessage(3, LogLevel.Information, "Takes no more messages; {Count} are in work and may end")]
    private static partial void LogStopping(ILogger log, int count);

    [LoggerMessage(4, LogLevel.Warning, "Message {Message}: {Why}; that was try {Try} of {Tries}")]
    private static partial void LogFailure(ILogger log, string message, string why, int @try, int tries);

    [LoggerMessage(5, LogLevel.Warning, "Message {Message} goes to '{Topic}': {Why}")]
    private static partial void LogError(ILogger log, string message, string topic, string why);

    [LoggerMessage(6, LogLevel.Error, "Message {Message} is given up: no queue is bound to the exchange with '{Topic}' either")]
    private static partial void LogGivenUp(ILogger log, string message, string topic);

    [LoggerMessage(7, LogLevel.Error, "Message {Message}: the connector failed; it keeps the message until the channel closes")]
    private static partial void LogThrown(ILogger log, string message, Exception exception);
}
