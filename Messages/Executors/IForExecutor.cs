namespace Muster.Messages.Executors;

/// <summary>A message that is routed to an executor.</summary>
public interface IForExecutor
{
    /// <summary>Which executor it is for.</summary>
    ExecutorId Executor { get; }
}
