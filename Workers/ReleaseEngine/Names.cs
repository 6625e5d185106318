namespace Muster.Workers.ReleaseEngine;

/// <summary>Words of the wire.</summary>
internal static class Names
{
    /// <summary>The exchange of all that is for more than one.</summary>
    public const string Exchange = "re";

    /// <summary>The routing key of output lines.</summary>
    public const string OutputKey = "output";

    /// <summary>What the property <c>reply_to</c> of a worker's messages says.</summary>
    public const string ReplyTo = "log";

    /// <summary>What stands for a correlation id that the message had none of.</summary>
    public const string NoCorrelation = "None";

    public const string Started = "started";
    public const string Completed = "completed";
    public const string Failed = "failed";
}
