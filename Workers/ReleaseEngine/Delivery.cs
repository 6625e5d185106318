using System.Security.Cryptography;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Muster.Workers.ReleaseEngine;

/// <summary>A message as it came from the broker.</summary>
/// <param name="Channel">Over which it came and can be acknowledged.</param>
/// <param name="Tag">Its number there.</param>
/// <param name="Redelivered">Whether it was handed out before.</param>
/// <param name="CorrelationId">The deployment.</param>
/// <param name="ReplyTo">Where the answers go; null when nobody wants any.</param>
/// <param name="Body">The body, a copy.</param>
internal sealed record Delivery(IChannel Channel, ulong Tag, bool Redelivered, string CorrelationId, string? ReplyTo, byte[] Body)
{
    /// <summary>The same for the same message. A core sends a deployment's next step after the answer to the last, so that two that are under way at once differ.</summary>
    public string Key { get; } = $"{ReplyTo}\n{CorrelationId}\n{Convert.ToHexString(SHA256.HashData(Body))}";

    /// <summary>Acknowledges it.</summary>
    /// <returns>False when the channel is closed: the broker hands it out again.</returns>
    public async Task<bool> AcknowledgeAsync()
    {
        try
        {
            await Channel.BasicAckAsync(Tag, multiple: false).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is AlreadyClosedException or OperationInterruptedException or IOException or ObjectDisposedException)
        {
            return false;
        }
    }
}
