using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Muster.Workers.Amqp;
using Muster.Workers.Shared;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Muster.Workers.ReleaseEngine;

/// <summary>Runs a worker: takes steps from its queue, and answers.</summary>
/// <param name="worker">What it can do.</param>
/// <param name="broker">Where the broker is.</param>
/// <param name="settings">How it works.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The log.</param>
public sealed partial class ReleaseHost(ReleaseWorker worker, BrokerSettings broker, WorkerSettings settings, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the last answers may take to reach the broker when the worker ends.</summary>
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(5);

    /// <summary>So many messages may wait for the broker's word before the next step is begun.</summary>
    private const int MostOpen = 2_000;

    private readonly AmqpLink _link = new(broker.Factory(worker.Name), new Backoff(FirstWait, settings.LongestWait), clock, log);
    private readonly ConfirmedPublisher _replies = new(keeps: true);
    private readonly ConfirmedPublisher _lines = new(keeps: false);
    private readonly Channel<Delivery> _deliveries = Channel.CreateUnbounded<Delivery>();
    private readonly StepsInHand _hands = new(clock);

    /// <summary>The queue that it takes steps from.</summary>
    public string Queue { get; } = $"worker.{settings.Queue ?? worker.Name.ToLowerInvariant()}";

    /// <summary>Works until it is told to stop. The steps that run then may go on for a while; the last answers are sent.</summary>
    /// <param name="stop">Cancelled when it is to stop.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        using var end = new CancellationTokenSource();
        using var steps = new CancellationTokenSource();
        var link = _link.RunAsync((connection, gone) => Task.WhenAll(
            _link.KeepChannelAsync(connection, "answers", ConfirmedPublisher.ChannelOptions, _replies.RunAsync, gone),
            _link.KeepChannelAsync(connection, $"the exchange {Names.Exchange}", ConfirmedPublisher.ChannelOptions, _lines.RunAsync, gone),
            _link.KeepChannelAsync(connection, $"the queue {Queue}", null, (channel, closed) => ConsumeAsync(channel, stop, closed), gone)), end.Token);
        var hands = Task.WhenAll(Enumerable.Range(0, settings.Parallel).Select(_ => WorkAsync(stop, steps.Token)));
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogStopping(log, Queue);
        }

        _deliveries.Writer.TryComplete();
        try
        {
            await hands.WaitAsync(settings.StopAfter, clock, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await steps.CancelAsync().ConfigureAwait(false);
            await hands.ConfigureAwait(false);
        }

        await EmptyAsync().ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await link.ConfigureAwait(false);
    }

    private async Task ConsumeAsync(IChannel channel, CancellationToken stop, CancellationToken closed)
    {
        // What is acknowledged only at its end must not lie here and wait: it would come back as if it had run.
        var prefetch = settings.AcknowledgesAnswered ? settings.Parallel : settings.Prefetch ?? settings.Parallel;
        await channel.BasicQosAsync(0, (ushort)prefetch, global: false, closed).ConfigureAwait(false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        consumer.UnregisteredAsync += (_, _) => Task.FromResult(ended.TrySetResult());
        consumer.ReceivedAsync += (_, e) =>
        {
            var correlation = e.BasicProperties.IsCorrelationIdPresent() ? e.BasicProperties.CorrelationId! : Names.NoCorrelation;
            _deliveries.Writer.TryWrite(new Delivery(channel, e.DeliveryTag, e.Redelivered, correlation, e.BasicProperties.ReplyTo, e.Body.ToArray()));
            return Task.CompletedTask;
        };
        if (!stop.IsCancellationRequested)
        {
            var tag = await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, closed).ConfigureAwait(false);
            LogWaiting(log, Queue);
            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, closed);
                await ended.Task.WaitAsync(either.Token).ConfigureAwait(false);
                LogQueueGone(log, Queue);
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested && !closed.IsCancellationRequested)
            {
                await channel.BasicCancelAsync(tag, noWait: false, closed).ConfigureAwait(false);
            }
        }

        // What runs is acknowledged over this channel.
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, closed).ConfigureAwait(false);
    }

    private async Task WorkAsync(CancellationToken stop, CancellationToken steps)
    {
        var run = new StepRun(worker, settings, _replies, _lines, clock, log);
        await foreach (var delivery in _deliveries.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            // What was not begun goes back to the queue with the channel.
            if (!stop.IsCancellationRequested || settings.AcknowledgesAnswered)
            {
                await TakeAsync(run, delivery, steps).ConfigureAwait(false);
            }
        }
    }

    private async Task TakeAsync(StepRun run, Delivery delivery, CancellationToken steps)
    {
        if (_hands.Take(delivery) is not { } hand)
        {
            LogHadIt(log, delivery.CorrelationId);
            if (!settings.AcknowledgesAnswered)
            {
                await delivery.AcknowledgeAsync().ConfigureAwait(false);
            }

            return;
        }

        if (!settings.AcknowledgesAnswered && !await delivery.AcknowledgeAsync().ConfigureAwait(false))
        {
            _hands.Answered(hand);
            return;
        }

        var lost = settings.AcknowledgesAnswered && delivery.Redelivered ? $"{worker.Name} did not run the step: it was handed to a worker before, which ended without an answer." : null;
        var answered = await run.RunAsync(delivery, lost, steps).ConfigureAwait(false);
        if (settings.AcknowledgesAnswered)
        {
            await answered.ConfigureAwait(false);
            await hand.Delivery.AcknowledgeAsync().ConfigureAwait(false);
            _hands.Answered(hand);
            return;
        }

        _ = ForgetAsync(hand, answered);
        if (_replies.Open > MostOpen || _lines.Open > MostOpen)
        {
            await answered.ConfigureAwait(false);
        }
    }

    private async Task ForgetAsync(StepsInHand.Hand hand, Task answered)
    {
        await answered.ConfigureAwait(false);
        _hands.Answered(hand);
    }

    private async Task EmptyAsync()
    {
        var start = clock.GetTimestamp();
        while (_replies.Open > 0 && clock.GetElapsedTime(start) < LastAnswers)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock).ConfigureAwait(false);
        }

        if (_replies.Open > 0)
        {
            LogUnsent(log, _replies.Open);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Waits for steps in {Queue}")]
    private static partial void LogWaiting(ILogger log, string queue);

    [LoggerMessage(2, LogLevel.Warning, "The queue {Queue} was deleted, or the broker ended the subscription")]
    private static partial void LogQueueGone(ILogger log, string queue);

    [LoggerMessage(3, LogLevel.Information, "Takes no more steps from {Queue}; what runs may end")]
    private static partial void LogStopping(ILogger log, string queue);

    [LoggerMessage(4, LogLevel.Information, "Deployment {Correlation}: the step came a second time, because the channel closed before its acknowledgement; it is not run a second time")]
    private static partial void LogHadIt(ILogger log, string correlation);

    [LoggerMessage(5, LogLevel.Error, "{Count} messages did not reach the broker before the end")]
    private static partial void LogUnsent(ILogger log, int count);
}
