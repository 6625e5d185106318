namespace Muster.Messages.Deployments;

/// <summary>What the cluster says to the reconciler.</summary>
public abstract record ReconcilerMessage : IMusterMessage
{
    /// <summary>Something that is wanted was changed.</summary>
    public sealed record Look : ReconcilerMessage;

    /// <summary>Show the last lines of an instance; the answer is <see cref="AgentMessage.LogLines"/>, or <see cref="NoLog"/>.</summary>
    public sealed record ReadLog : ReconcilerMessage
    {
        /// <summary>The instance, as the reconciler saw it last.</summary>
        public required SeenInstance Instance { get; init; }

        /// <summary>Its controller.</summary>
        public required string Controller { get; init; }

        /// <summary>How many lines.</summary>
        public required int Lines { get; init; }
    }

    /// <summary>There are no lines to be had.</summary>
    public sealed record NoLog : ReconcilerMessage
    {
        /// <summary>Why.</summary>
        public required string Reason { get; init; }
    }
}
