namespace Muster.Workers.Amqp;

/// <summary>What became of a message.</summary>
public enum PublishOutcome
{
    /// <summary>The broker has it.</summary>
    Confirmed,

    /// <summary>The broker had it, and no queue takes it. Said of messages with <see cref="Outgoing.Mandatory"/> only.</summary>
    Unroutable,

    /// <summary>Nobody knows: the channel closed before the broker confirmed it.</summary>
    Lost,
}
