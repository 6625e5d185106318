using System.Text.Json.Nodes;
using Muster.Workers.Shared;

namespace Muster.Workers.ReleaseEngine.Stock;

/// <summary>
/// Runs the command <c>cmd</c> of <c>command:Run</c>. It completes when the exit code is 0, and answers with exit code, output and tries. <c>tries</c> (default 1) is how often it is run at most;
/// <c>check_scripts</c> are commands that must all end with 0 after it, or the try does not count.
/// </summary>
/// <param name="runner">Runs commands.</param>
/// <param name="settings">How.</param>
/// <param name="clock">The time.</param>
public sealed class CommandWorker(CommandRunner runner, CommandSettings settings, TimeProvider clock) : ReleaseWorker
{
    private const int MostTries = 100;

    /// <summary>How much of each stream the answer carries; the output lines have all.</summary>
    private const int Keep = 64 * 1024;

    /// <inheritdoc />
    public override void Verify(Step step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.Subcommand != "Run")
        {
            throw new BadStepException($"{Name} failed: there is no subcommand '{step.Subcommand}'; there is Run.");
        }

        Required(step, "cmd");
        TriesOf(step);
        ChecksOf(step);
        if (settings.Run.Any(w => w.Contains("{host}", StringComparison.Ordinal)) && step.Hosts.Count != 1)
        {
            throw new BadStepException($"{Name} failed: 'hosts' must be a list of one host.");
        }
    }

    /// <inheritdoc />
    public override async Task<StepResult> RunAsync(StepContext context, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(context);
        var step = context.Step;
        var (tries, checks) = (TriesOf(step), ChecksOf(step));
        JsonObject data = [];
        for (var attempt = 1; attempt <= tries; attempt++)
        {
            data = await RunAsync(context, Required(step, "cmd"), stop).ConfigureAwait(false);
            data["tries"] = attempt;
            foreach (var check in checks.TakeWhile(_ => IsGood(data)))
            {
                var checkedBy = await RunAsync(context, check, stop).ConfigureAwait(false);
                if (!IsGood(checkedBy))
                {
                    data["failed_check"] = check;
                    data["check"] = checkedBy;
                }
            }

            if (IsGood(data))
            {
                return StepResult.Completed(data);
            }

            context.Output.Warning($"Try {attempt} of {tries} failed: {data.ToJsonString()}");
        }

        return StepResult.Failed(data);
    }

    private static bool IsGood(JsonObject data) => data["exit_code"]?.GetValue<int>() == 0 && !data.ContainsKey("failed_check");

    private async Task<JsonObject> RunAsync(StepContext context, string command, CancellationToken stop)
    {
        var step = context.Step;
        var host = step.Hosts.Count == 0 ? "" : step.Hosts[0];
        var words = settings.Run.Select(w => w.Replace("{host}", host, StringComparison.Ordinal)).ToList();
        using var limit = new CancellationTokenSource(settings.Timeout ?? Timeout.InfiniteTimeSpan, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        var end = await runner.RunAsync(new CommandRequest(words[0], [.. words.Skip(1), command])
        {
            Environment = new Dictionary<string, string>
            {
                ["RE_DEPLOYMENT"] = step.CorrelationId,
                ["RE_GROUP"] = step.Group,
                ["RE_HOST"] = host,
                ["RE_DYNAMIC"] = step.Dynamic.ToJsonString(),
            },
            Keep = Keep,
            Line = (line, isError) => context.Output.Send(isError ? OutputLevel.Warning : OutputLevel.Info, line),
        }, either.Token).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        return end switch
        {
            CommandEnd.Exited exited => new JsonObject { ["exit_code"] = exited.Code, ["stdout"] = exited.Output, ["stderr"] = exited.Error },
            CommandEnd.NotStarted not => new JsonObject { ["error"] = not.Reason },
            _ => new JsonObject { ["error"] = $"It took longer than {settings.Timeout!.Value.TotalSeconds} s and was ended." },
        };
    }

    private int TriesOf(Step step) => step.Parameters["tries"] switch
    {
        null => 1,
        JsonValue v when v.TryGetValue<double>(out var tries) && tries >= 1 && tries <= MostTries && tries == Math.Floor(tries) => (int)tries,
        var other => throw new BadStepException($"{Name} failed: 'tries' must be a whole number from 1 to {MostTries}, and is {other.ToJsonString()}."),
    };

    private List<string> ChecksOf(Step step) => step.Parameters["check_scripts"] switch
    {
        null => [],
        JsonArray checks when checks.All(c => c is JsonValue v && v.TryGetValue<string>(out _)) => [.. checks.Select(c => c!.GetValue<string>())],
        _ => throw new BadStepException($"{Name} failed: 'check_scripts' must be a list of texts."),
    };
}
