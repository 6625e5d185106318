namespace Muster.Runtime;

/// <summary>A way to execute attempts on a node.</summary>
public interface IRuntime
{
    /// <summary>The name by which a spec asks for it.</summary>
    string Name { get; }

    /// <summary>The functions that it offers; empty means any.</summary>
    IReadOnlyCollection<string> Functions { get; }

    /// <summary>Runs one attempt. The call returns at once and the work goes on elsewhere: who calls is an actor.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="channel">How the work speaks meanwhile.</param>
    /// <param name="cancelled">Ends when the work is to stop. The task then ends within seconds, whatever the work does.</param>
    /// <returns>How it ended. Failures of the work are outcomes, not exceptions.</returns>
    Task<RunOutcome> RunAsync(RunRequest request, IRunChannel channel, CancellationToken cancelled);
}
