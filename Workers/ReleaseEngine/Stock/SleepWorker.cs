using System.Globalization;
using System.Text.Json.Nodes;

namespace Muster.Workers.ReleaseEngine.Stock;

/// <summary>Waits for <c>seconds</c>, and answers how long that was. The subcommand does not matter.</summary>
/// <param name="clock">What it waits by.</param>
public sealed class SleepWorker(TimeProvider clock) : ReleaseWorker
{
    private const double Longest = 30 * 86_400;

    /// <inheritdoc />
    public override void Verify(Step step) => SecondsOf(step);

    /// <inheritdoc />
    public override async Task<StepResult> RunAsync(StepContext context, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(context);
        var seconds = SecondsOf(context.Step);
        await Task.Delay(TimeSpan.FromSeconds(seconds), clock, stop).ConfigureAwait(false);
        return StepResult.Completed(seconds);
    }

    private double SecondsOf(Step step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var value = step.Parameters["seconds"] ?? throw new BadStepException($"{Name} failed due to missing key: 'seconds'.");
        var length = value is JsonValue v && (v.TryGetValue<double>(out var seconds) || (v.TryGetValue<string>(out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds))) ? seconds : double.NaN;
        return length is >= 0 and <= Longest ? length : throw new BadStepException($"{Name} failed: 'seconds' must be a number from 0 to {Longest}, and is {value.ToJsonString()}.");
    }
}
