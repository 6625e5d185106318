namespace Muster.Workers.Flamenco.Tasks;

/// <summary>A command with its settings, ready to run.</summary>
/// <param name="context">What it works with.</param>
/// <param name="cancelled">Stops it.</param>
/// <exception cref="CommandFailedException">It failed.</exception>
internal delegate Task TaskStep(StepContext context, CancellationToken cancelled);
