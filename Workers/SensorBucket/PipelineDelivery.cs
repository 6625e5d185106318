using System.Globalization;
using RabbitMQ.Client;

namespace Muster.Workers.SensorBucket;

/// <summary>A message as it came from the broker.</summary>
/// <param name="Channel">Over which it came and can be acknowledged.</param>
/// <param name="Tag">Its number there.</param>
/// <param name="MessageId">Its id, which its result gets too.</param>
/// <param name="Deliveries">How often it was handed out before.</param>
/// <param name="Body">The body, a copy.</param>
internal sealed record PipelineDelivery(IChannel Channel, ulong Tag, string? MessageId, long Deliveries, byte[] Body)
{
    /// <summary>How often a quorum queue handed a message out before.</summary>
    public static long CountOf(IReadOnlyBasicProperties properties) =>
        properties.Headers is { } headers && headers.TryGetValue("x-delivery-count", out var count) && count is IConvertible number and not string ? number.ToInt64(CultureInfo.InvariantCulture) : 0;
}
