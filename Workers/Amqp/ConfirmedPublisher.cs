using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Muster.Workers.Amqp;

/// <summary>Publishes in order, as fast as the broker takes it, and knows of each message what became of it. Safe to use from many threads.</summary>
/// <param name="keeps">Whether a message that the broker had not confirmed when the channel closed is sent again on the next one, in its place; it may arrive twice then. Else it is <see cref="PublishOutcome.Lost"/>.</param>
public sealed class ConfirmedPublisher(bool keeps)
{
    private readonly Channel<Entry> _waiting = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _sync = new();
    private readonly Dictionary<ulong, Entry> _sent = [];
    private Queue<Entry> _again = new();
    private ulong _last;
    private ulong _oldest = 1;
    private int _open;

    /// <summary>How many messages the broker has not confirmed yet, those that wait for a channel included.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Sends a message, now or when there is a channel.</summary>
    /// <returns>Ends when the broker has said what became of it.</returns>
    public Task<PublishOutcome> PublishAsync(Outgoing message)
    {
        var entry = new Entry(message);
        Interlocked.Increment(ref _open);
        _waiting.Writer.TryWrite(entry);
        return entry.Done.Task;
    }

    /// <summary>Sends over a channel until it closes. One channel at a time.</summary>
    /// <param name="channel">A channel with confirmations, which nobody else publishes on: <see cref="ChannelOptions"/>.</param>
    /// <param name="closed">Cancelled when the channel closes.</param>
    public async Task RunAsync(IChannel channel, CancellationToken closed)
    {
        ArgumentNullException.ThrowIfNull(channel);
        channel.BasicAcksAsync += (_, e) => Confirm(e.DeliveryTag, e.Multiple, taken: true);
        channel.BasicNacksAsync += (_, e) => Confirm(e.DeliveryTag, e.Multiple, taken: false);
        channel.BasicReturnAsync += Returned;
        try
        {
            while (!closed.IsCancellationRequested)
            {
                if (!_again.TryDequeue(out var entry) && !_waiting.Reader.TryRead(out entry))
                {
                    await _waiting.Reader.WaitToReadAsync(closed).ConfigureAwait(false);
                    continue;
                }

                lock (_sync)
                {
                    _sent.Add(++_last, entry);
                }

                var (message, properties) = (entry.Message, PropertiesOf(entry.Message));
                await channel.BasicPublishAsync(message.Exchange, message.RoutingKey, message.Mandatory, properties, message.Body, closed).ConfigureAwait(false);
            }
        }
        finally
        {
            Forget();
        }
    }

    /// <summary>How its channels are opened.</summary>
    public static CreateChannelOptions ChannelOptions => new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false, outstandingPublisherConfirmationsRateLimiter: null);

    private static BasicProperties PropertiesOf(Outgoing message) => new()
    {
        AppId = message.AppId,
        CorrelationId = message.CorrelationId,
        ReplyTo = message.ReplyTo,
        MessageId = message.MessageId,
        Headers = message.Headers,
        DeliveryMode = message.Persistent ? DeliveryModes.Persistent : DeliveryModes.Transient,
    };

    private Task Confirm(ulong tag, bool multiple, bool taken)
    {
        lock (_sync)
        {
            for (var number = multiple ? _oldest : tag; number <= tag; number++)
            {
                if (!_sent.Remove(number, out var entry))
                {
                    continue;
                }

                if (!taken && keeps)
                {
                    // The broker could not store it just now.
                    _waiting.Writer.TryWrite(entry);
                    continue;
                }

                End(entry, !taken ? PublishOutcome.Lost : entry.Returned ? PublishOutcome.Unroutable : PublishOutcome.Confirmed);
            }

            while (_oldest <= _last && !_sent.ContainsKey(_oldest))
            {
                _oldest++;
            }
        }

        return Task.CompletedTask;
    }

    // A message comes back before its confirmation, and says of itself what it was, not which.
    private Task Returned(object sender, BasicReturnEventArgs e)
    {
        lock (_sync)
        {
            for (var number = _oldest; number <= _last; number++)
            {
                if (_sent.TryGetValue(number, out var entry) && !entry.Returned && entry.Message.RoutingKey == e.RoutingKey && entry.Message.Exchange == e.Exchange && entry.Message.Body.Span.SequenceEqual(e.Body.Span))
                {
                    entry.Returned = true;
                    break;
                }
            }
        }

        return Task.CompletedTask;
    }

    private void Forget()
    {
        lock (_sync)
        {
            var open = _sent.OrderBy(s => s.Key).Select(s => s.Value).ToList();
            _sent.Clear();
            (_last, _oldest) = (0, 1);
            if (keeps)
            {
                open.ForEach(e => e.Returned = false);
                _again = new Queue<Entry>(open.Concat(_again));
            }
            else
            {
                open.ForEach(e => End(e, PublishOutcome.Lost));
            }
        }
    }

    private void End(Entry entry, PublishOutcome outcome)
    {
        Interlocked.Decrement(ref _open);
        entry.Done.TrySetResult(outcome);
    }

    private sealed class Entry(Outgoing message)
    {
        public Outgoing Message { get; } = message;

        public TaskCompletionSource<PublishOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Returned { get; set; }
    }
}
