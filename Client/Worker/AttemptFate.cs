namespace Muster.Client.Worker;

/// <summary>Why an attempt should stop before its handler is done.</summary>
internal enum AttemptFate
{
    /// <summary>It goes on.</summary>
    None,

    /// <summary>The worker stops.</summary>
    Stopping,

    /// <summary>Nobody answered its heartbeats for a whole lease: somebody else may have it by now.</summary>
    Silence,

    /// <summary>The process was cancelled.</summary>
    Cancelled,

    /// <summary>The gateway says that the attempt is over.</summary>
    Over,
}
