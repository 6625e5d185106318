namespace Muster.Gateway.Colonies;

/// <summary>What a message is answered with.</summary>
/// <param name="Payload">What stands in the payload; a list, an object, or <see cref="Nothing"/>.</param>
/// <param name="PayloadType">The type that the reply carries; null for that of the message.</param>
/// <param name="Undelivered">What to do when it cannot be handed to the caller; null for nothing.</param>
internal sealed record ColoniesReply(object Payload, string? PayloadType = null, Action? Undelivered = null)
{
    /// <summary>The empty object.</summary>
    public static readonly ColoniesReply Empty = new(new Nothing());

    /// <summary>A payload without members.</summary>
    internal sealed record Nothing;
}
