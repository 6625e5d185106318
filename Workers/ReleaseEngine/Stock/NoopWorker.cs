namespace Muster.Workers.ReleaseEngine.Stock;

/// <summary>Does nothing. The subcommand <c>Fail</c> fails, every other one completes.</summary>
public sealed class NoopWorker : ReleaseWorker
{
    /// <inheritdoc />
    public override Task<StepResult> RunAsync(StepContext context, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Task.FromResult(context.Step.Subcommand == "Fail" ? StepResult.Failed("failed, as it was told to") : StepResult.Completed());
    }
}
