using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Engine.Workflows.Rules;
using Muster.Messages;
using Muster.Messages.Generators;

namespace Muster.Engine.Generators.Rules;

/// <summary>What a generator does, and when. Pure: the same state, command and time give the same.</summary>
internal static class GeneratorRules
{
    /// <summary>The command id of what comes by itself.</summary>
    public const string Clock = "clock";

    /// <summary>How many arguments wait at the most.</summary>
    public const int MostWaiting = 100_000;

    /// <summary>How many bytes they have together at the most.</summary>
    public const long MostBytes = 64L << 20;

    /// <summary>How long one is at the most, in bytes of JSON.</summary>
    public const int LongestArg = 64 << 10;

    /// <summary>How many make a run at the most.</summary>
    public const int MostCount = 10_000;

    /// <summary>How many bytes the arguments of a run have together at the most: it has to fit into a spec.</summary>
    public const int MostBytesOfRun = 768 << 10;

    /// <summary>How many runs are on their way at once.</summary>
    public const int MostPending = 32;

    /// <summary>Judges a command.</summary>
    /// <returns>What happens; null when it is so already.</returns>
    public static (GeneratorEvent? Event, GeneratorReply.Refused? Refusal) Decide(GeneratorState state, GeneratorCommand command, DateTimeOffset now)
    {
        if (state.Knows(command.CommandId))
        {
            return default;
        }

        if (command is GeneratorCommand.Create create)
        {
            return Create(state, create, now);
        }

        if (state.Spec is not { } spec)
        {
            return (null, Refused(command, Problem.NotFound, $"There is no generator {command.Generator.Id} in namespace {command.Generator.Namespace}."));
        }

        if (command is not GeneratorCommand.Pack pack)
        {
            return (new GeneratorEvent.Removed { At = now, CommandId = command.CommandId, By = command.By, Progress = new() }, null);
        }

        if (Bounds(state, spec, pack) is { } refused)
        {
            return (null, refused);
        }

        var progress = state.Progress;
        var first = progress.FirstAt ?? now;
        return (new GeneratorEvent.Packed
        {
            At = now,
            CommandId = pack.CommandId,
            By = pack.By,
            Args = pack.Args,
            Progress = progress with
            {
                Waiting = progress.Waiting + pack.Args.Length,
                Packed = progress.Packed + pack.Args.Length,
                FirstAt = first,
                NextAt = NextAt(spec, first, progress.LastAt),
            },
        }, null);
    }

    /// <summary>The next run; null when there is none now.</summary>
    public static GeneratorEvent.Ran? Tick(GeneratorId id, GeneratorState state, DateTimeOffset now)
    {
        var progress = state.Progress;
        if (state.Spec is not { } spec || state.Pending.Count >= MostPending || progress.Waiting == 0)
        {
            return null;
        }

        var take = progress.Waiting >= spec.Count ? spec.Count : progress.NextAt <= now ? progress.Waiting : 0;
        if (take == 0)
        {
            return null;
        }

        var left = progress.Waiting - take;
        var run = new GeneratorRun { Number = progress.LastRun + 1, Take = take, Work = WorkId(id, state, progress.LastRun + 1) };
        return new GeneratorEvent.Ran
        {
            At = now,
            CommandId = Clock,
            Run = run,
            Progress = progress with
            {
                Waiting = left,
                // When each came is not kept: what is left is as old as this run, at the most.
                FirstAt = left > 0 ? now : null,
                Pending = progress.Pending + 1,
                LastAt = now,
                LastRun = run.Number,
                NextAt = left > 0 ? NextAt(spec, now, now) : null,
            },
        };
    }

    /// <summary>The work of a run is submitted.</summary>
    public static GeneratorEvent.Fired Fired(GeneratorState state, GeneratorRun run, DateTimeOffset now) => new()
    {
        At = now,
        CommandId = Clock,
        Run = run,
        Progress = state.Progress with { Pending = state.Progress.Pending - 1, Fired = state.Progress.Fired + 1, LastWork = run.Work, Reason = null },
    };

    /// <summary>The work of a run was refused.</summary>
    public static GeneratorEvent.Rejected Rejected(GeneratorState state, GeneratorRun run, string reason, DateTimeOffset now) => new()
    {
        At = now,
        CommandId = Clock,
        Run = run,
        Reason = reason,
        Progress = state.Progress with { Pending = state.Progress.Pending - 1, Rejected = state.Progress.Rejected + 1, Reason = reason },
    };

    private static (GeneratorEvent?, GeneratorReply.Refused?) Create(GeneratorState state, GeneratorCommand.Create c, DateTimeOffset now)
    {
        if (state.Spec is not null)
        {
            return (null, Refused(c, Problem.Conflict, $"There is a generator {c.Generator.Id} in namespace {c.Generator.Namespace} already. Remove it first."));
        }

        var wrong = c.Spec switch
        {
            { Count: < 1 or > MostCount } => $"'count' must be between 1 and {MostCount}.",
            { Timeout: { } timeout } when timeout <= TimeSpan.Zero => "'timeout' must be longer than 0. Leave it out to wait for the count.",
            { Work: { Process: null, Workflow: null } or { Process: not null, Workflow: not null } } => "Give one process or one workflow to run.",
            { Work.Workflow: { } graph } => WorkflowGraph.Wrong(graph),
            _ => null,
        };
        return wrong is null
            ? (new GeneratorEvent.Created { At = now, CommandId = c.CommandId, By = c.By, Spec = c.Spec, CreatedAt = now, CreatedBy = c.By, Progress = new() }, null)
            : (null, Refused(c, Problem.Invalid, wrong));
    }

    private static GeneratorReply.Refused? Bounds(GeneratorState state, GeneratorSpec spec, GeneratorCommand.Pack pack)
    {
        if (pack.Args.IsEmpty)
        {
            return Refused(pack, Problem.Invalid, "There is nothing to pack.");
        }

        // The arguments that will share a run with the first of these.
        var inRun = state.Waiting.Count % spec.Count;
        long ofRun = state.Waiting.Skip(state.Waiting.Count - inRun).Sum(GeneratorState.BytesOf);
        var bytes = state.WaitingBytes;
        foreach (var arg in pack.Args)
        {
            var size = GeneratorState.BytesOf(arg);
            if (size > LongestArg)
            {
                return Refused(pack, Problem.Invalid, $"An argument has {size} bytes; at most {LongestArg} are taken. Pack a reference to it.");
            }

            (ofRun, inRun) = inRun == spec.Count ? (0, 0) : (ofRun, inRun);
            ofRun += size;
            inRun++;
            bytes += size;
            if (ofRun > MostBytesOfRun)
            {
                return Refused(pack, Problem.TooMuch, $"The arguments of a run would have more than {MostBytesOfRun} bytes. Pack smaller ones, or make a generator with a smaller count.");
            }
        }

        return state.Waiting.Count + pack.Args.Length > MostWaiting || bytes > MostBytes
            ? Refused(pack, Problem.TooMuch, $"At most {MostWaiting} arguments of {MostBytes} bytes wait in a generator. Pack it again when some have run.")
            : null;
    }

    private static DateTimeOffset? NextAt(GeneratorSpec spec, DateTimeOffset first, DateTimeOffset? last) =>
        spec.Timeout is { } timeout ? (last > first ? last.Value : first) + timeout : null;

    // A generator that was removed and made anew has other work.
    private static string WorkId(GeneratorId id, GeneratorState state, long run) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"generator {id} {state.CreatedAt.ToUnixTimeMilliseconds()} run {run}"))));

    private static GeneratorReply.Refused Refused(GeneratorCommand command, Problem problem, string message) => new() { Generator = command.Generator, Problem = problem, Message = message };
}
