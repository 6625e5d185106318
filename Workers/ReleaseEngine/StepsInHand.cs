namespace Muster.Workers.ReleaseEngine;

/// <summary>
/// Remembers which steps this worker has, so that one that the broker hands out a second time, because the channel closed before the acknowledgement arrived, does not run a second time.
/// </summary>
/// <param name="clock">The time.</param>
internal sealed class StepsInHand(TimeProvider clock)
{
    /// <summary>After a channel closed, what was acknowledged over it may come back as long as the worker takes to connect again.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private readonly Lock _sync = new();
    private readonly Dictionary<string, Hand> _hands = [];

    /// <summary>Takes a step in hand.</summary>
    /// <returns>Null when this worker has it, or had it a moment ago, from a channel that is closed.</returns>
    public Hand? Take(Delivery delivery)
    {
        lock (_sync)
        {
            if (delivery.Redelivered && _hands.TryGetValue(delivery.Key, out var hand) && hand.Delivery.Channel != delivery.Channel)
            {
                if (hand.Answered is not null)
                {
                    _hands.Remove(delivery.Key);
                }

                hand.Delivery = delivery;
                return null;
            }

            return _hands[delivery.Key] = new Hand(delivery);
        }
    }

    /// <summary>The broker has the last answer.</summary>
    public void Answered(Hand hand)
    {
        lock (_sync)
        {
            hand.Answered = clock.GetTimestamp();
            if (hand.Delivery.Channel.IsOpen)
            {
                // The acknowledgement went before the answer, over the same connection.
                Forget(hand);
            }

            foreach (var old in _hands.Values.Where(h => h.Answered is { } at && clock.GetElapsedTime(at) > Remembered).ToList())
            {
                Forget(old);
            }
        }
    }

    private void Forget(Hand hand)
    {
        if (_hands.TryGetValue(hand.Delivery.Key, out var known) && known == hand)
        {
            _hands.Remove(hand.Delivery.Key);
        }
    }

    /// <summary>A step that this worker has.</summary>
    internal sealed class Hand(Delivery delivery)
    {
        /// <summary>As it came last.</summary>
        public Delivery Delivery { get; set; } = delivery;

        /// <summary>When the broker had the last answer; null while it does not.</summary>
        public long? Answered { get; set; }
    }
}
