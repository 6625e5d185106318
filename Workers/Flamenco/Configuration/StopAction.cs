namespace Muster.Workers.Flamenco.Configuration;

/// <summary>What becomes of the running task when the worker is stopped.</summary>
internal enum StopAction
{
    /// <summary>It is marked failed, as the first versions did.</summary>
    Fail,

    /// <summary>It goes back to the manager, as the later versions do.</summary>
    Return,
}
